//! The small things that a person does with a case beside its answer.

use axum::extract::{Path, State};
use axum::response::Response;
use docket_app::{Desk, Error, Looked};
use docket_core::attention::Attention;
use docket_core::case::Command;
use docket_core::id::CaseId;

use super::act::{answer, id_of};
use super::head::Part;
use super::written::invalid;
use crate::doors::{Fields, Viewer};
use crate::error::PageError;
use crate::texts::t;
use crate::urls;

/// Longest note, in characters.
const LONGEST: usize = 5_000;

/// Takes a flag off once a person has looked, writes a note, wakes what was put aside, says why a client's rule does not hold for
/// the case, or gives a draft up.
pub async fn change(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let case = id_of(&id)?;
    let (part, path) = match fields.get("do") {
        "note" => (Part::Decide, urls::CASE_HISTORY),
        "discard" => (Part::Preview, urls::CASE_PREVIEW),
        _ => (Part::Decide, urls::CASE),
    };
    let result = try_change(&desk, &viewer, case, &fields).await;
    answer(&desk, &viewer, (case, part), result, urls::of(case, path)).await
}

async fn try_change(desk: &Desk, viewer: &Viewer, case: CaseId, fields: &Fields) -> Result<(), Error> {
    let (scope, actor) = (viewer.scope(), viewer.name());
    match fields.get("do") {
        "clear" => {
            let flag: Attention = fields.get("flag").parse().map_err(|_| invalid("refuse-flag"))?;
            let wish = Command::ClearAttention(flag);
            desk.command(scope, case, wish, actor).await.map(|_| ())
        }
        "note" => {
            let note = fields.get("note").trim();
            if note.is_empty() || note.chars().count() > LONGEST {
                return Err(Error::Invalid(t("refuse-note").with("most", LONGEST).into()));
            }
            let wish = Command::Note(note.to_owned());
            desk.command(scope, case, wish, actor).await.map(|_| ())
        }
        "wake" => desk.wake_case(scope, case, actor).await,
        "override" => desk.override_rules(scope, case, fields.get("why"), actor).await,
        "discard" => {
            let version = fields
                .get("version")
                .parse()
                .map_err(|_| invalid("refuse-version"))?;
            desk.discard_draft(scope, (case, Looked::Version(version)), actor)
                .await
        }
        _ => Err(invalid("refuse-anew")),
    }
}
