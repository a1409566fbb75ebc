//! Work on a case by its forms: what is decided, what evidence is brought, what a client is asked, what is sent and what is
//! taken back. Who acts is who is logged in.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use docket_app::{Ask, Desk, Error, NewEvidence, Responded, SaveDraft, Saved};
use docket_core::draft::Edition;
use docket_core::evidence::{EvidenceKind, Shows};
use docket_core::id::CaseId;
use docket_core::words::ActionKind;

use super::act::{answer, id_of, told};
use super::head::Part;
use super::written::{self, invalid, text};
use crate::doors::{Fields, Upload, Viewer};
use crate::error::PageError;
use crate::pages::questions::ask::due_of;
use crate::query::Pairs;
use crate::texts::t;
use crate::urls;

/// What was chosen becomes a draft; nothing is sent by it.
pub async fn decide(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let case = id_of(&id)?;
    let action = fields.get("action").parse::<ActionKind>();
    // A contest goes on with its evidence, all else with what exactly goes out.
    let contests = matches!(action, Ok(ActionKind::Contest));
    let (part, to) = match contests {
        true => (Part::Evidence, urls::CASE_EVIDENCE),
        false => (Part::Decide, urls::CASE_PREVIEW),
    };
    let result = match action {
        Ok(action) => begin(&desk, &viewer, case, (action, &fields)).await,
        Err(_) => Err(invalid("refuse-what")),
    };
    answer(&desk, &viewer, (case, part), result, urls::of(case, to)).await
}

async fn begin(
    desk: &Desk,
    viewer: &Viewer,
    case: CaseId,
    (action, fields): (ActionKind, &Fields),
) -> Result<(), Error> {
    let content = written::content(desk, viewer, (case, action), fields).await?;
    let wish = SaveDraft {
        case,
        edition: Edition {
            content,
            send_at: None,
        },
        based_on: fields.get("based_on").parse().ok().or(Some(0)),
        actor: viewer.name().to_owned(),
    };
    match desk.save_draft(viewer.scope(), &wish).await? {
        Saved::Kept(_) => Ok(()),
        Saved::Conflict(theirs) => Err(Error::Invalid(
            t("case-draft-meanwhile")
                .with("by", &theirs.their_by)
                .with("n", theirs.their_version)
                .into(),
        )),
    }
}

/// Brings a piece of evidence: a file, a pasted picture or a text.
pub async fn add_evidence(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
    fields: Fields,
    Upload(file): Upload,
) -> Result<Response, PageError> {
    let case = id_of(&id)?;
    let result = match fields.get("kind").parse::<EvidenceKind>() {
        Err(_) => Err(invalid("refuse-shows")),
        Ok(kind) => {
            let new = NewEvidence {
                kind,
                title: text(&fields, "title"),
                text: text(&fields, "text"),
                tracking: written::parcel(&fields),
                refund_id: text(&fields, "refund_id"),
                file: file.map(|(name, content)| (plain(&name), content)),
                supplied_by: text(&fields, "supplied_by"),
                place: text(&fields, "place"),
                allow_sensitive: text(&fields, "allow_sensitive"),
                actor: viewer.name().to_owned(),
            };
            desk.add_evidence(viewer.scope(), case, new).await.map(|_| ())
        }
    };
    let to = urls::of(case, urls::CASE_EVIDENCE);
    answer(&desk, &viewer, (case, Part::Evidence), result, to).await
}

/// A name without a path before it.
fn plain(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    match name.is_empty() {
        true => "file".to_owned(),
        false => name.to_owned(),
    }
}

/// Says of a kind that it does not apply or does, of a piece what it shows or that it goes, of the case what goods it is about.
pub async fn change_evidence(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let case = id_of(&id)?;
    let result = change(&desk, &viewer, case, &fields).await;
    let to = urls::of(case, urls::CASE_EVIDENCE);
    answer(&desk, &viewer, (case, Part::Evidence), result, to).await
}

async fn change(desk: &Desk, viewer: &Viewer, case: CaseId, fields: &Fields) -> Result<(), Error> {
    let (scope, actor) = (viewer.scope(), viewer.name());
    let kind = || {
        fields
            .get("kind")
            .parse::<EvidenceKind>()
            .map_err(|_| invalid("refuse-kind"))
    };
    let piece = || fields.get("piece").parse().map_err(|_| invalid("refuse-piece"));
    match fields.get("do") {
        "skip" => {
            let why = fields.get("why").trim().to_owned();
            desk.skip_evidence(scope, case, (kind()?, why), actor).await
        }
        "apply" => desk.unskip_evidence(scope, case, kind()?, actor).await,
        "confirm" => {
            desk.confirm_evidence(scope, case, (piece()?, kind()?), actor)
                .await
        }
        "seen" => {
            let shows: Result<Vec<Shows>, _> = fields.all("shows").map(str::parse).collect();
            let shows = shows.map_err(|_| invalid("refuse-shows"))?;
            desk.see_evidence(scope, case, (piece()?, shows), actor).await
        }
        "withdraw" => desk.withdraw_evidence(scope, case, piece()?, actor).await,
        "goods" => {
            let goods = fields.get("goods").parse().map_err(|_| invalid("refuse-goods"))?;
            desk.set_goods(scope, case, goods, actor).await
        }
        _ => Err(invalid("refuse-anew")),
    }
}

/// Asks the client. The address of the page is shown once, for whoever passes it on.
pub async fn ask_client(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let case = id_of(&id)?;
    let place = (case, Part::Evidence);
    let proposed = desk.question_due(&desk.case(viewer.scope(), case).await?.case);
    let asked = match due_of(fields.get("due").trim(), proposed) {
        Ok(due) => {
            let ask = Ask {
                case,
                question: fields.get("question").to_owned(),
                due,
                to: text(&fields, "to"),
                actor: viewer.name().to_owned(),
            };
            desk.ask_client(viewer.scope(), ask).await
        }
        Err(error) => Err(error),
    };
    match asked {
        Err(error) => answer(&desk, &viewer, place, Err(error), String::new()).await,
        Ok(asked) => {
            let done = match &asked.request.recipient {
                Some(to) => t("case-asked-mailed").with("to", to),
                None => t("case-asked-hand"),
            };
            let done = done
                .with("at", crate::show::minute(asked.request.due_at))
                .with("page", &asked.page)
                .plain();
            told(&desk, &viewer, place, (StatusCode::OK, None, Some(done))).await
        }
    }
}

/// Sends the version that the person read: now, or not before the last day begins.
pub async fn send(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let case = id_of(&id)?;
    let result = try_send(&desk, &viewer, case, &fields).await;
    let to = urls::of(case, urls::CASE_PREVIEW);
    answer(&desk, &viewer, (case, Part::Preview), result.map(|_| ()), to).await
}

async fn try_send(desk: &Desk, viewer: &Viewer, case: CaseId, fields: &Fields) -> Result<Responded, Error> {
    let version = fields.get("version").parse::<i64>();
    let version = version.map_err(|_| invalid("refuse-version"))?;
    let send_at = match fields.get("when") {
        "now" => None,
        "hold" => {
            let stored = desk.case(viewer.scope(), case).await?;
            let hold = docket_app::hold_until(&stored.case, desk.env.now());
            Some(hold.ok_or_else(|| invalid("refuse-late"))?)
        }
        "at" => {
            let at = crate::locale::of_field(fields.get("at").trim());
            let at = at.ok_or_else(|| invalid("refuse-no-time"))?;
            let ahead = Some(at).filter(|at| *at > desk.env.now());
            Some(ahead.ok_or_else(|| invalid("refuse-past"))?)
        }
        _ => return Err(invalid("refuse-when")),
    };
    desk.send_version(viewer.scope(), case, (version, send_at), viewer.name())
        .await
}

/// Takes back what was not sent yet.
pub async fn undo(State(desk): State<Desk>, viewer: Viewer, id: Path<String>) -> Result<Response, PageError> {
    let case = id_of(&id)?;
    let result = desk.cancel_response(viewer.scope(), case, viewer.name()).await;
    let to = urls::of(case, urls::CASE_PREVIEW);
    answer(&desk, &viewer, (case, Part::Preview), result, to).await
}

/// A file of the case. Pictures and PDFs only are taken in, and none is ever shown as anything else.
pub async fn file(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path((id, sha256)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let case = id_of(&Path(id))?;
    let (file, content) = desk.case_file(viewer.scope(), case, &sha256).await?;
    Ok(as_file((&file.name, &file.media_type), content))
}

/// A file that the buyer gave, as the platform hands it out.
pub async fn buyer_file(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
    Query(pairs): Query<Pairs>,
) -> Result<Response, PageError> {
    let case = id_of(&id)?;
    let wanted = pairs.iter().find(|(name, _)| name == "id");
    let wanted = wanted
        .map(|(_, value)| value.as_str())
        .filter(|id| !id.is_empty());
    let wanted = wanted.ok_or_else(|| PageError::NotFound(t("case-no-case").plain()))?;
    let (media_type, content) = desk.buyer_file(viewer.scope(), case, wanted).await?;
    // What a browser would run is only ever saved.
    let media_type = match media_type.as_str() {
        shown @ ("image/jpeg" | "image/png" | "image/gif" | "application/pdf") => shown,
        _ => "application/octet-stream",
    };
    Ok(as_file((wanted, media_type), content))
}

/// A file as somebody downloads it: nothing of it is run, and its name is made of plain letters.
pub fn as_file((name, media_type): (&str, &str), content: Bytes) -> Response {
    let way = if media_type.starts_with("image/") {
        "inline"
    } else {
        "attachment"
    };
    let media_type =
        HeaderValue::from_str(media_type).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    // The name is the sender's: what is no plain letter, digit or dot is left out of the header.
    let name: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "._-".contains(c) {
                c
            } else {
                '-'
            }
        })
        .collect();
    let disposition = HeaderValue::from_str(&format!("{way}; filename=\"{name}\""))
        .unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, content).into_response()
}
