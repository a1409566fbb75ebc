//! What a person does with a case by its buttons. Who acts is who is logged in; nobody types a name.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use docket_app::{Desk, Error, Looked, SaveDraft, Saved};
use docket_core::draft::Edition;
use docket_core::id::CaseId;
use docket_core::words::ActionKind;

use super::head::{Head, Part};
use super::preview::Look;
use super::statement::{Clash, StatementView};
use super::{decide_view, evidence_view, preview_view, statement_view};
use crate::doors::{Fields, Viewer};
use crate::error::{PageError, again};
use crate::say;
use crate::texts::t;
use crate::urls;

pub fn id_of(Path(id): &Path<String>) -> Result<CaseId, PageError> {
    let missing = |_| PageError::NotFound(t("case-no-case").plain());
    id.parse().map_err(missing)
}

/// What to say on the case's page; what is no matter of the case itself is a page of its own.
async fn problem_of(desk: &Desk, viewer: &Viewer, case: CaseId, error: Error) -> Result<String, PageError> {
    match error {
        Error::Store(error) if !error.is_transient() => Err(Error::Store(error).into()),
        error @ Error::NotFound(_) if desk.case(viewer.scope(), case).await.is_err() => Err(error.into()),
        error => Ok(say::error(&error)),
    }
}

/// The part of a case that a form stands on, once more: with why something was not done, or with what is to be read now.
pub async fn told(
    desk: &Desk,
    viewer: &Viewer,
    (case, part): (CaseId, Part),
    (status, problem, done): (StatusCode, Option<String>, Option<String>),
) -> Result<Response, PageError> {
    let tell = |head: &mut Head| {
        head.problem = problem;
        head.done = done;
    };
    match part {
        Part::Decide => {
            let mut page = decide_view(desk, viewer, case).await?;
            tell(&mut page.head);
            again(status, &page)
        }
        Part::Evidence => {
            let mut page = evidence_view(desk, viewer, case).await?;
            tell(&mut page.head);
            again(status, &page)
        }
        Part::Statement => {
            let mut page = statement_view(desk, viewer, case).await?;
            tell(&mut page.head);
            again(status, &page)
        }
        Part::Preview | Part::History => {
            let mut page = preview_view(desk, viewer, case, Look::default()).await?;
            tell(&mut page.head);
            again(status, &page)
        }
    }
}

/// On where the work was done; the part once more, with the reason, where it was not.
pub async fn answer(
    desk: &Desk,
    viewer: &Viewer,
    (case, part): (CaseId, Part),
    result: Result<(), Error>,
    to: String,
) -> Result<Response, PageError> {
    match result {
        Ok(()) => Ok(Redirect::to(&to).into_response()),
        Err(error) => {
            let problem = problem_of(desk, viewer, case, error).await?;
            let refused = (StatusCode::UNPROCESSABLE_ENTITY, Some(problem), None);
            told(desk, viewer, (case, part), refused).await
        }
    }
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
    let page = async |problem: String| -> Result<StatementView, PageError> {
        let mut page = statement_view(&desk, &viewer, case).await?;
        page.head.problem = Some(problem);
        Ok(page)
    };
    match try_save(&desk, &viewer, case, &fields).await {
        Ok(Saved::Kept(_)) => Ok(Redirect::to(&after_saving(case, &fields)).into_response()),
        Ok(Saved::Conflict(theirs)) => {
            let problem = t("case-meanwhile")
                .with("by", &theirs.their_by)
                .with("n", theirs.their_version)
                .plain();
            let page = page(problem).await?.beside(Clash::of(&theirs, statement));
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

/// Back to where the form stood.
fn after_saving(case: CaseId, fields: &Fields) -> String {
    let part = match fields.get("back") {
        "preview" => urls::CASE_PREVIEW,
        _ => urls::CASE_STATEMENT,
    };
    urls::of(case, part)
}

async fn try_save(desk: &Desk, viewer: &Viewer, case: CaseId, fields: &Fields) -> Result<Saved, Error> {
    let invalid = |id: &str| Error::Invalid(t(id).into());
    let statement = fields.get("statement").trim();
    let based_on: i64 = fields
        .get("based_on")
        .parse()
        .map_err(|_| invalid("refuse-version"))?;
    // The packet once more, of what is there now; all else stays as it was in the version that the person saw.
    let packet = match fields.get("with") {
        "packet" => Some(
            fields
                .get("language")
                .parse()
                .map_err(|_| invalid("refuse-language"))?,
        ),
        _ => None,
    };
    let anew = based_on == 0 || matches!(fields.get("with"), "packet" | "text");
    let edition = if anew {
        // What a contest offers to give back stays, whatever its packet.
        let (action, proposed) = match based_on {
            0 => (ActionKind::Contest, None),
            _ => desk.written_as(viewer.scope(), case, based_on).await?,
        };
        let told = (statement, proposed);
        Edition {
            content: desk
                .new_answer(viewer.scope(), (case, action), told, packet)
                .await?,
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

fn preview_url(case: CaseId) -> String {
    urls::of(case, urls::CASE_PREVIEW)
}

/// Asks a second person to check the draft.
pub async fn ask_review(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let case = id_of(&id)?;
    let result = match looked_at(&fields) {
        Ok(looked) => {
            let asked = desk
                .ask_review(viewer.scope(), (case, looked), viewer.name())
                .await;
            asked.map(|_| ())
        }
        Err(why) => Err(why),
    };
    answer(&desk, &viewer, (case, Part::Preview), result, preview_url(case)).await
}

/// The version that stood on the page.
fn looked_at(fields: &Fields) -> Result<Looked, Error> {
    let version = fields.get("version").parse::<i64>();
    let none = |_| Error::Invalid(t("refuse-version").into());
    version.map(Looked::Version).map_err(none)
}

/// The second person approves the version that they read.
pub async fn approve(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let case = id_of(&id)?;
    let result = match looked_at(&fields) {
        Ok(looked) => {
            let approved = desk
                .approve_draft(viewer.scope(), (case, looked), viewer.name())
                .await;
            approved.map(|_| ())
        }
        Err(why) => Err(why),
    };
    answer(&desk, &viewer, (case, Part::Preview), result, preview_url(case)).await
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
    let result = match looked_at(&fields) {
        Err(why) => Err(why),
        Ok(_) if note.is_empty() => Err(Error::Invalid(t("refuse-change").into())),
        Ok(looked) => {
            desk.return_draft(viewer.scope(), (case, looked), note, viewer.name())
                .await
        }
    };
    answer(&desk, &viewer, (case, Part::Preview), result, preview_url(case)).await
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
    let to = urls::own_page(fields.get("back")).unwrap_or_else(|| urls::case(case));
    answer(&desk, &viewer, (case, Part::Decide), result.map(|_| ()), to).await
}
