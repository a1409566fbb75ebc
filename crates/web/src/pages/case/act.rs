//! What a person does with a case by its buttons. Who acts is who is logged in; nobody types a name.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use docket_app::{Desk, Error, SaveDraft, Saved};
use docket_core::draft::Edition;
use docket_core::id::CaseId;

use super::{CasePage, view};
use crate::doors::{Fields, Viewer};
use crate::error::{PageError, again};
use crate::urls;

fn id_of(Path(id): &Path<String>) -> Result<CaseId, PageError> {
    let missing = |_| PageError::NotFound("There is no case at this address.".to_owned());
    id.parse().map_err(missing)
}

/// What to say on the case's page; what is no matter of the case itself is a page of its own.
async fn problem_of(desk: &Desk, viewer: &Viewer, case: CaseId, error: Error) -> Result<String, PageError> {
    match error {
        Error::Store(error) if !error.is_transient() => Err(Error::Store(error).into()),
        error @ Error::NotFound(_) if desk.case(viewer.scope(), case).await.is_err() => Err(error.into()),
        error => Ok(error.to_string()),
    }
}

/// The case once more: as it is now where the work was done, with the reason where it was not.
async fn answer(
    desk: &Desk,
    viewer: &Viewer,
    case: CaseId,
    result: Result<(), Error>,
    back: Option<String>,
) -> Result<Response, PageError> {
    let problem = match result {
        Ok(()) => {
            let to = back.unwrap_or_else(|| urls::case(case));
            return Ok(Redirect::to(&to).into_response());
        }
        Err(error) => problem_of(desk, viewer, case, error).await?,
    };
    let page = view(desk, viewer, case).await?.with(problem);
    again(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// Saves a statement as a new version of the draft, or shows what somebody else saved meanwhile.
pub async fn save(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let case = id_of(&id)?;
    let statement = fields.get("statement").trim();
    let page = async |problem: String| -> Result<CasePage, PageError> {
        Ok(view(&desk, &viewer, case).await?.with(problem))
    };
    match try_save(&desk, &viewer, case, &fields).await {
        Ok(Saved::Kept(_)) => Ok(Redirect::to(&urls::case(case)).into_response()),
        Ok(Saved::Conflict(theirs)) => {
            let problem = format!(
                "{} saved version {} meanwhile, and nothing was overwritten. Both texts stand below: saving once more makes yours the newest.",
                theirs.their_by, theirs.their_version
            );
            let page = page(problem).await?.beside(&theirs.their_by, statement);
            again(StatusCode::CONFLICT, &page)
        }
        Err(error) => {
            let problem = problem_of(&desk, &viewer, case, error).await?;
            again(
                StatusCode::UNPROCESSABLE_ENTITY,
                &page(problem).await?.typed(statement),
            )
        }
    }
}

async fn try_save(desk: &Desk, viewer: &Viewer, case: CaseId, fields: &Fields) -> Result<Saved, Error> {
    let invalid = |what: &str| Error::Invalid(format!("the form names no {what}; open the page anew"));
    let statement = fields.get("statement").trim();
    let based_on: i64 = fields.get("based_on").parse().map_err(|_| invalid("version"))?;
    let edition = if based_on == 0 {
        let packet = match fields.get("with") {
            "packet" => Some(fields.get("language").parse().map_err(|_| invalid("language"))?),
            _ => None,
        };
        Edition {
            content: desk.new_contest(viewer.scope(), case, statement, packet).await?,
            send_at: None,
        }
    } else {
        desk.restated(viewer.scope(), case, based_on, statement).await?
    };
    let wish = SaveDraft {
        case,
        edition,
        based_on: Some(based_on),
        actor: viewer.name().to_owned(),
    };
    desk.save_draft(viewer.scope(), &wish).await
}

/// Asks a second person to check the draft.
pub async fn ask_review(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
) -> Result<Response, PageError> {
    let case = id_of(&id)?;
    let asked = desk.ask_review(viewer.scope(), case, viewer.name()).await;
    answer(&desk, &viewer, case, asked.map(|_| ()), None).await
}

/// The second person approves the version that they read.
pub async fn approve(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let case = id_of(&id)?;
    let result = match fields.get("version").parse::<i64>() {
        Ok(version) => {
            let approved = desk
                .approve_draft(viewer.scope(), case, Some(version), viewer.name())
                .await;
            approved.map(|_| ())
        }
        Err(_) => Err(Error::Invalid(
            "the form names no version; open the page anew".to_owned(),
        )),
    };
    answer(&desk, &viewer, case, result, None).await
}

/// The second person gives it back with what is to be changed.
pub async fn give_back(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let case = id_of(&id)?;
    let note = fields.get("note").trim();
    let result = if note.is_empty() {
        Err(Error::Invalid("say what is to be changed".to_owned()))
    } else {
        desk.return_draft(viewer.scope(), case, note, viewer.name()).await
    };
    answer(&desk, &viewer, case, result, None).await
}

/// Takes a case, or gives it up.
pub async fn assign(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let case = id_of(&id)?;
    let to = match fields.get("to") {
        "me" => Some(viewer.name()),
        "nobody" => None,
        _ => return Err(PageError::BadRequest(vec!["to: me or nobody".to_owned()])),
    };
    let seen = Some(fields.get("seen")).filter(|seen| !seen.is_empty());
    let result = desk.assign(viewer.scope(), case, (seen, to), viewer.name()).await;
    answer(
        &desk,
        &viewer,
        case,
        result.map(|_| ()),
        urls::own_page(fields.get("back")),
    )
    .await
}
