//! What the form of a decision says, as what goes out.

use std::str::FromStr;

use docket_app::{Desk, Error, statement_of};
use docket_core::draft::Content;
use docket_core::id::CaseId;
use docket_core::money::Money;
use docket_core::response::{Address, EvidenceItem, FileRef, Response, ReturnState, Tracking};
use docket_core::words::{ActionKind, Language};

use crate::doors::{Fields, Viewer};
use crate::texts::t;

pub fn invalid(what: &str) -> Error {
    Error::Invalid(t(what).into())
}

/// The text of a field; none where nothing was typed.
pub fn text(fields: &Fields, name: &str) -> Option<String> {
    Some(fields.get(name).trim())
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

/// A parcel, as far as it was typed.
pub fn parcel(fields: &Fields) -> Option<Tracking> {
    let (carrier, number) = (text(fields, "carrier"), text(fields, "tracking"));
    (carrier.is_some() || number.is_some()).then(|| Tracking {
        carrier: carrier.unwrap_or_default(),
        number: number.unwrap_or_default(),
        url: None,
    })
}

pub async fn content(
    desk: &Desk,
    viewer: &Viewer,
    (case, action): (CaseId, ActionKind),
    fields: &Fields,
) -> Result<Content, Error> {
    let stored = desk.case(viewer.scope(), case).await?;
    let form = Form {
        fields,
        disputed: stored.case.facts.amount,
        files: desk.evidence_files(viewer.scope(), case).await?,
    };
    let response = match action {
        ActionKind::Contest | ActionKind::Appeal => {
            let language: Language = chosen(fields, "language", "refuse-packet-language")?;
            let told = match action {
                // The usual covering line tells nobody what a decision got wrong.
                ActionKind::Appeal => (form.note()?, None),
                _ => {
                    let statement = statement_there(desk, viewer, case, language).await?;
                    (statement, form.amount("part")?)
                }
            };
            let told = (told.0.as_str(), told.1);
            return desk
                .new_answer(viewer.scope(), (case, action), told, Some(language))
                .await;
        }
        ActionKind::AcknowledgeReturn => {
            let kind = chosen(fields, "kind", "refuse-came-back")?;
            let proof = desk.return_proof(viewer.scope(), case, kind).await?;
            form.came_back(kind, proof)?
        }
        ActionKind::Offer
        | ActionKind::Accept
        | ActionKind::Message
        | ActionKind::Escalate
        | ActionKind::SupportingInfo => form.response(action)?,
    };
    Ok(Content::of(&response))
}

/// What was written for a contest already, where its packet stays in its language; else the usual covering line is made.
async fn statement_there(
    desk: &Desk,
    viewer: &Viewer,
    case: CaseId,
    language: Language,
) -> Result<String, Error> {
    let view = desk.case_view(viewer.scope(), case).await?;
    let draft = view.draft.as_ref().filter(|draft| draft.current);
    let response = draft.and_then(|draft| draft.response.as_ref().ok());
    let contest = response.filter(|_| view.packet_language == Some(language));
    Ok(contest.and_then(statement_of).unwrap_or_default().to_owned())
}

struct Form<'a> {
    fields: &'a Fields,
    disputed: Money,
    /// What may be ticked.
    files: Vec<FileRef>,
}

fn chosen<T: FromStr>(fields: &Fields, name: &str, lacking: &str) -> Result<T, Error> {
    fields.get(name).parse().map_err(|_| invalid(lacking))
}

impl Form<'_> {
    fn note(&self) -> Result<String, Error> {
        text(self.fields, "note").ok_or_else(|| invalid("refuse-text"))
    }

    fn amount(&self, name: &str) -> Result<Option<Money>, Error> {
        let parse = |text: String| Money::parse(&text.replace(',', "."), self.disputed.currency);
        let amount = text(self.fields, name).map(parse).transpose();
        amount.map_err(|why| Error::Invalid(why.sentence()))
    }

    /// Those of the case's files that were ticked.
    fn ticked(&self) -> Result<Vec<FileRef>, Error> {
        let own = |sha256: &str| self.files.iter().find(|file| file.sha256 == sha256).cloned();
        let all: Option<Vec<FileRef>> = self.fields.all("file").map(own).collect();
        all.ok_or_else(|| invalid("refuse-ticked"))
    }

    /// Where goods go back to; the country alone is required.
    fn address(&self) -> Option<Address> {
        let part = |name| text(self.fields, name);
        let address = Address {
            line_1: part("line_1"),
            line_2: part("line_2"),
            city: part("city"),
            region: part("region"),
            postal_code: part("postal_code"),
            country: part("country").unwrap_or_default().to_uppercase(),
        };
        (address != Address::default()).then_some(address)
    }

    fn came_back(&self, kind: ReturnState, proof: Option<&str>) -> Result<Response, Error> {
        let files = self.ticked()?;
        let piece = |word: &str| EvidenceItem {
            kind: word.to_owned(),
            note: text(self.fields, "note"),
            files: files.clone(),
            ..EvidenceItem::default()
        };
        if proof.is_none() && !files.is_empty() {
            return Err(invalid("refuse-no-proof"));
        }
        Ok(Response::AcknowledgeReturn {
            kind,
            note: text(self.fields, "note"),
            evidence: proof
                .filter(|_| !files.is_empty())
                .map(piece)
                .into_iter()
                .collect(),
        })
    }

    fn response(&self, action: ActionKind) -> Result<Response, Error> {
        let note = self.note()?;
        Ok(match action {
            ActionKind::Offer => Response::Offer {
                kind: chosen(self.fields, "kind", "refuse-offered")?,
                note,
                amount: self.amount("amount")?,
                return_address: self.address(),
                invoice_id: text(self.fields, "invoice"),
            },
            ActionKind::Accept => Response::Accept {
                kind: chosen(self.fields, "kind", "refuse-accepted")?,
                note,
                reason: None,
                amount: self.amount("amount")?,
                return_address: self.address(),
                invoice_id: text(self.fields, "invoice"),
                shipment: parcel(self.fields).into_iter().collect(),
                files: self.ticked()?,
            },
            ActionKind::Escalate => Response::Escalate { note },
            ActionKind::SupportingInfo => Response::SupportingInfo {
                note,
                files: self.ticked()?,
            },
            _ => Response::Message {
                text: note,
                files: self.ticked()?,
            },
        })
    }
}
