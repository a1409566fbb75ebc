//! What a draft is to say: the fields of a response, any of which may still be missing.

use docket_app::{CaseDraft, Desk};
use docket_core::draft;
use docket_core::id::CaseId;
use docket_core::money::Money;
use docket_core::response::FileRef;
use docket_core::words::{ActionKind, Language};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::input::Instant;
use super::{Problem, words};
use crate::doors::Agent;

/// What a draft is to say. Fields that the action does not know are refused.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DraftContent)]
pub struct Content {
    /// What it is to be.
    #[schema(schema_with = words::action)]
    action: ActionKind,
    /// When it is to be sent; absent means as soon as it may.
    #[schema(value_type = Option<String>, format = DateTime)]
    send_at: Option<Instant>,
    /// A contest with the letter and the evidence of the case in this language; `note` is its covering line.
    #[schema(schema_with = words::language)]
    packet: Option<Language>,
    /// What is sent, in order.
    evidence: Option<Vec<Piece>>,
    /// How it is conceded, what is offered, or what came back.
    #[schema(schema_with = words::kind)]
    kind: Option<String>,
    /// Why, or the text to the buyer.
    note: Option<String>,
    /// The text of a message.
    text: Option<String>,
    /// The platform's reason code.
    reason: Option<String>,
    amount: Option<Amount>,
    /// What a contest would give back, where the platform takes a partial defence.
    proposed_refund: Option<Amount>,
    return_address: Option<Address>,
    /// The merchant's invoice number for the refund.
    invoice_id: Option<String>,
    /// Shipping label and its tracking.
    shipment: Option<Vec<Parcel>>,
    files: Option<Vec<File>>,
}

/// A piece of evidence, as it will be sent.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DraftPiece)]
struct Piece {
    /// The platform's kind in snake_case.
    kind: String,
    note: Option<String>,
    #[serde(default)]
    tracking: Vec<Parcel>,
    #[serde(default)]
    refund_ids: Vec<String>,
    #[serde(default)]
    files: Vec<File>,
    item_id: Option<String>,
}

/// A parcel.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Parcel {
    pub carrier: String,
    pub number: String,
    pub url: Option<String>,
}

/// An amount in minor units.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Amount {
    minor: i64,
    /// ISO 4217.
    #[schema(schema_with = words::currency)]
    currency: docket_core::money::Currency,
}

impl From<Amount> for Money {
    fn from(amount: Amount) -> Self {
        Self::new(amount.minor, amount.currency)
    }
}

/// A postal address.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Address {
    line_1: Option<String>,
    line_2: Option<String>,
    city: Option<String>,
    region: Option<String>,
    postal_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    country: String,
}

/// A file of the case: the name of a piece of its evidence, or one that its draft holds already, as it is shown there.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(untagged)]
enum File {
    Named(String),
    Held(Held),
}

/// A file that the draft holds already.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Held {
    name: String,
    media_type: String,
    size: u64,
    sha256: String,
}

impl Content {
    /// The version that it becomes.
    pub async fn edition(
        self,
        desk: &Desk,
        agent: &Agent,
        case: CaseId,
        present: Option<&CaseDraft>,
    ) -> Result<draft::Edition, Problem> {
        let send_at = self.send_at.map(|at| at.0);
        if let Some(language) = self.packet {
            if self.action != ActionKind::Contest || self.evidence.is_some() || self.files.is_some() {
                return Err(Problem::invalid(
                    "packet: it makes the evidence of a contest itself; leave `evidence` and `files` out",
                ));
            }
            let note = self.note.unwrap_or_default();
            let told = (note.as_str(), self.proposed_refund.map(Money::from));
            let content = desk
                .new_answer(agent.scope(), (case, self.action), told, Some(language))
                .await?;
            return Ok(draft::Edition { content, send_at });
        }
        let known = files_of(desk, agent, case, present).await?;
        let action = self.action;
        let mut fields = Map::new();
        let pieces = self
            .evidence
            .map(|all| filled_in(json!(all), &known))
            .transpose()?;
        let files = self.files.map(|all| refs(json!(all), &known)).transpose()?;
        for (name, value) in [
            ("evidence", pieces),
            ("kind", self.kind.map(Value::from)),
            ("note", self.note.map(Value::from)),
            ("text", self.text.map(Value::from)),
            ("reason", self.reason.map(Value::from)),
            ("amount", self.amount.map(|a| json!(a))),
            ("proposed_refund", self.proposed_refund.map(|a| json!(a))),
            ("return_address", self.return_address.map(|a| json!(a))),
            ("invoice_id", self.invoice_id.map(Value::from)),
            ("shipment", self.shipment.map(|s| json!(s))),
            ("files", files),
        ] {
            if let Some(value) = value {
                fields.insert(name.to_owned(), value);
            }
        }
        let content = draft::Content::new(action, fields);
        Ok(draft::Edition { content, send_at })
    }
}

/// The files that a draft of this case may hold: those of its own evidence, and those of its draft. No other case's file can
/// be named, let alone another client's.
async fn files_of(
    desk: &Desk,
    agent: &Agent,
    case: CaseId,
    present: Option<&CaseDraft>,
) -> Result<Vec<FileRef>, Problem> {
    let pieces = desk.evidence(agent.scope(), case).await?;
    let mut known: Vec<FileRef> = pieces.into_iter().filter_map(|p| p.item.file).collect();
    if let Some(draft) = present {
        for version in desk.draft_versions(agent.scope(), draft.draft.id).await? {
            let fields = version.edition.content.fields();
            let pieces = fields.get("evidence").and_then(Value::as_array);
            let of_pieces = pieces
                .into_iter()
                .flatten()
                .filter_map(|piece| piece.get("files"));
            let lists = of_pieces.chain(fields.get("files")).filter_map(Value::as_array);
            known.extend(lists.flatten().filter_map(|f| FileRef::deserialize(f).ok()));
        }
    }
    Ok(known)
}

fn refs(mut files: Value, known: &[FileRef]) -> Result<Value, Problem> {
    for entry in files.as_array_mut().into_iter().flatten() {
        let fits = |file: &&FileRef| match entry.as_str() {
            Some(name) => file.name == name,
            None => json!(file) == *entry,
        };
        let found = known.iter().find(fits).ok_or_else(|| {
            Problem::invalid("files: only files of this case's own evidence, or that its draft holds already; add it as evidence first")
        })?;
        *entry = json!(found);
    }
    Ok(files)
}

fn filled_in(mut pieces: Value, known: &[FileRef]) -> Result<Value, Problem> {
    for piece in pieces.as_array_mut().into_iter().flatten() {
        piece["files"] = refs(piece["files"].take(), known)?;
    }
    Ok(pieces)
}
