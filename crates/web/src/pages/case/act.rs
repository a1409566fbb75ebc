//! What a person does with a case by its buttons. Who acts is who is logged in; nobody types a name.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use docket_app::{Desk, Error};
use docket_core::id::CaseId;

use super::view;
use crate::doors::{Fields, Viewer};
use crate::error::{PageError, again};
use crate::urls;

fn id_of(Path(id): &Path<String>) -> Result<CaseId, PageError> {
    let missing = |_| PageError::NotFound("There is no case at this address.".to_owned());
    id.parse().map_err(missing)
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
        Err(Error::Store(error)) if !error.is_transient() => return Err(Error::Store(error).into()),
        Err(error @ Error::NotFound(_)) if desk.case(viewer.scope(), case).await.is_err() => {
            return Err(error.into());
        }
        Err(error) => error.to_string(),
    };
    let page = view(desk, viewer, case).await?.with(problem);
    again(StatusCode::UNPROCESSABLE_ENTITY, &page)
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
