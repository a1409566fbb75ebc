//! What a response says, from the command line: the same words for `docket respond` and `docket draft save`.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use clap::ValueEnum;
use docket_app::{ClientScope, Desk, GivenFiles};
use docket_core::case::Case;
use docket_core::draft::Content;
use docket_core::money::Money;
use docket_core::response::{AcceptKind, Address, FileRef, OfferKind, Response, ReturnState};
use docket_core::words::{ActionKind, Language};
use serde_json::{Map, Value, json};

use super::whole::{from_file, held};
use crate::text::instant;

#[derive(Clone, Copy, ValueEnum)]
pub enum Action {
    Contest,
    Accept,
    Offer,
    Message,
    Escalate,
    Appeal,
    #[value(alias = "supporting_info")]
    SupportingInfo,
    #[value(alias = "acknowledge_return")]
    AcknowledgeReturn,
}

/// What a response says; `docket respond` and `docket draft save` take the same.
#[derive(clap::Args)]
pub struct Options {
    /// Our id or the platform's
    #[arg(required = true)]
    case: Option<String>,
    /// What to do
    #[arg(required = true)]
    action: Option<Action>,
    /// The text: evidence narrative, message, or reason
    #[arg(long)]
    note: Option<String>,
    /// Kind of evidence, the platform's type in lower case, such as proof_of_fulfillment
    #[arg(long, value_name = "KIND")]
    evidence: Option<String>,
    /// Carrier of the parcel
    #[arg(long, requires = "tracking")]
    carrier: Option<String>,
    /// Tracking number
    #[arg(long, requires = "carrier")]
    tracking: Option<String>,
    #[arg(long, value_name = "URL", requires = "tracking")]
    tracking_url: Option<String>,
    /// Refund that was made, its id at the platform
    #[arg(long, value_name = "ID")]
    refund_id: Vec<String>,
    /// A file to attach (JPEG, PNG, GIF, WebP, PDF or text), made to fit the platform where it does not; may be repeated
    #[arg(long, value_name = "FILE")]
    file: Vec<PathBuf>,
    /// Why the files may show card or identity numbers: a lead's word, kept in the history
    #[arg(long, value_name = "WHY", requires = "file")]
    allow_sensitive: Option<String>,
    /// Contest or appeal with the packet of the case's evidence (`docket evidence packet` shows it); `--note` replaces its covering line
    #[arg(long, conflicts_with_all = ["evidence", "file", "kind", "amount", "response", "tracking", "refund_id"])]
    packet: bool,
    /// The language of the packet, or of what stands around files that are merged: en, nl, sv or de
    #[arg(long, default_value = "en")]
    language: Language,
    /// How to accept (refund, refund_with_return, partial_refund, refund_with_return_label), what to offer (refund,
    /// refund_with_return, refund_with_replacement, replacement_without_refund), or what came back (item_received,
    /// item_not_received, damaged, empty_package_or_different, missing_items)
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,
    /// Amount in the dispute's currency, such as 12.50
    #[arg(long)]
    amount: Option<String>,
    /// With a contest: give this part of the amount back, where the platform takes a partial defence (Klarna)
    #[arg(long, value_name = "AMOUNT")]
    propose_refund: Option<String>,
    /// Why it is accepted, the platform's code in lower case
    #[arg(long)]
    reason: Option<String>,
    /// The merchant's invoice number for the refund
    #[arg(long)]
    invoice_id: Option<String>,
    /// Where goods are returned, as JSON: {"line_1", "line_2", "city", "region", "postal_code", "country"}
    #[arg(long, value_name = "JSON")]
    return_address: Option<String>,
    /// A whole response as a JSON file, for more than one piece of evidence
    #[arg(long, value_name = "FILE", conflicts_with_all = ["evidence", "kind", "amount"])]
    response: Option<PathBuf>,
    /// When to send: 48h, "2026-11-24 18:00" (UTC); now if absent
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}

impl Options {
    /// The case, as it is now.
    pub async fn case(&self, desk: &Desk) -> Result<Case> {
        let text = self.case.as_deref().context("give a case and an action")?;
        let id = desk.find_case(ClientScope::Agency, text).await?;
        Ok(desk.case(ClientScope::Agency, id).await?.case)
    }

    /// Whether the packet of the case's evidence goes.
    pub const fn with_packet(&self) -> bool {
        self.packet
    }

    /// When to send it, where that is not at once.
    pub fn send_at(&self, desk: &Desk) -> Result<Option<DateTime<Utc>>> {
        let now = desk.env.now();
        self.at.as_deref().map(|t| instant(t, now)).transpose()
    }

    /// A response without a gap.
    pub async fn response(&self, case: &Case, quiet: bool, desk: &Desk) -> Result<Response> {
        let content = self.content(case, quiet, desk).await?;
        if self.response.is_none() && !self.packet {
            self.complete(content.action)?;
        }
        Ok(content.response()?)
    }

    /// What is given; the rest may follow.
    pub async fn content(&self, case: &Case, quiet: bool, desk: &Desk) -> Result<Content> {
        let action = self.action.context("give a case and an action")?;
        if self.propose_refund.is_some() && !matches!(action, Action::Contest) {
            bail!("--propose-refund goes with `contest` only; `offer` and `accept` take --amount");
        }
        if self.packet {
            let action = match action {
                Action::Contest => ActionKind::Contest,
                Action::Appeal => ActionKind::Appeal,
                _ => bail!("a packet carries evidence: use it with `contest` or `appeal`"),
            };
            if action == ActionKind::Appeal && self.note.is_none() {
                bail!(
                    "an appeal speaks for itself, and a platform may leave its files out: say in --note what the decision got wrong"
                );
            }
            let packet = desk.packet(ClientScope::Agency, case.id, self.language).await?;
            if !quiet {
                crate::cmd::evidence::print_packet(&packet)?;
            }
            let proposed = self.proposed(case.facts.amount)?;
            let told = (self.note.clone(), proposed);
            let response = desk
                .answer_with(ClientScope::Agency, case.id, action, &packet, told)
                .await?;
            return Ok(Content::of(&response));
        }
        let files = self.files(case, action, quiet, desk).await?;
        if let Some(path) = &self.response {
            let held = held(case, desk).await?;
            return Ok(Content::of(&from_file(path, action, (&files, &held))?));
        }
        self.fields(action, case.facts.amount, &files.all())
    }

    /// What a contest would give back of the disputed amount.
    fn proposed(&self, disputed: Money) -> Result<Option<Money>> {
        let text = self.propose_refund.as_deref();
        Ok(text.map(|a| Money::parse(a, disputed.currency)).transpose()?)
    }

    /// The files, judged, made to fit and kept.
    async fn files(&self, case: &Case, action: Action, quiet: bool, desk: &Desk) -> Result<GivenFiles> {
        let actor = crate::cmd::actor(self.by.clone());
        let allowed = match self.allow_sensitive.as_deref() {
            Some(why) => Some(desk.leave(why, &actor).await?),
            None => None,
        };
        let mut given = Vec::new();
        for path in &self.file {
            let content = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            let name = path
                .file_name()
                .map(|n| n.to_string_lossy().into_owned())
                .unwrap_or_default();
            given.push((name, content.into()));
        }
        let files = desk
            .take_files(
                case,
                (given, self.response.is_none()),
                self.language,
                allowed.as_ref(),
            )
            .await?;
        if !quiet {
            for step in &files.steps {
                println!("To fit:     {step}");
            }
        }
        if let Some(leave) = allowed {
            // Before anything is queued: what goes out on somebody's word is never without that word.
            let kind = action.kind();
            let told = format!(
                "the files of `{kind}` may show what must not leave the house otherwise: {}",
                leave.why()
            );
            let note = docket_core::case::Command::Note(told);
            desk.command(ClientScope::Agency, case.id, note, &actor).await?;
        }
        Ok(files)
    }

    /// The first thing that a complete response lacks.
    fn complete(&self, action: ActionKind) -> Result<()> {
        let note = match action {
            ActionKind::Accept
            | ActionKind::Offer
            | ActionKind::Message
            | ActionKind::Escalate
            | ActionKind::SupportingInfo => true,
            ActionKind::Contest | ActionKind::Appeal | ActionKind::AcknowledgeReturn => false,
        };
        let kind = matches!(
            action,
            ActionKind::Accept | ActionKind::Offer | ActionKind::AcknowledgeReturn
        );
        let evidence = match action {
            ActionKind::Contest | ActionKind::Appeal => true,
            ActionKind::AcknowledgeReturn => !self.file.is_empty(),
            ActionKind::Accept
            | ActionKind::Offer
            | ActionKind::Message
            | ActionKind::Escalate
            | ActionKind::SupportingInfo => false,
        };
        if kind && self.kind.is_none() {
            bail!("`{action}` needs --type; see docket respond --help");
        }
        if note && self.note.is_none() {
            bail!("this action needs a text; give --note TEXT");
        }
        if evidence && self.evidence.is_none() {
            bail!("say what kind of evidence it is: --evidence KIND");
        }
        Ok(())
    }

    fn fields(&self, action: Action, disputed: Money, files: &[FileRef]) -> Result<Content> {
        let amount = self
            .amount
            .as_deref()
            .map(|a| Money::parse(a, disputed.currency))
            .transpose()?;
        let address: Option<Address> = match &self.return_address {
            Some(text) => {
                Some(serde_json::from_str(text).context("--return-address is not the JSON of an address")?)
            }
            None => None,
        };
        let (note, invoice) = (&self.note, &self.invoice_id);
        let value = match action {
            Action::Contest => {
                json!({ "evidence": self.evidence(files), "return_address": address, "proposed_refund": self.proposed(disputed)? })
            }
            Action::Appeal => json!({ "evidence": self.evidence(files) }),
            Action::Accept => json!({
                "kind": self.word::<AcceptKind>()?, "note": note, "reason": self.reason, "amount": amount,
                "return_address": address, "invoice_id": invoice, "shipment": self.tracking(), "files": files,
            }),
            Action::Offer => json!({
                "kind": self.word::<OfferKind>()?, "note": note, "amount": amount, "return_address": address,
                "invoice_id": invoice,
            }),
            Action::Message => json!({ "text": note, "files": files }),
            Action::Escalate => json!({ "note": note }),
            Action::SupportingInfo => json!({ "note": note, "files": files }),
            Action::AcknowledgeReturn => {
                let proof = if files.is_empty() && self.evidence.is_none() {
                    Vec::new()
                } else {
                    self.evidence(files)
                };
                json!({ "kind": self.word::<ReturnState>()?, "note": note, "evidence": proof })
            }
        };
        let fields: Map<String, Value> = serde_json::from_value(value)?;
        Ok(Content::new(action.kind(), fields))
    }

    /// `--type`, checked as soon as it is given.
    fn word<T: std::str::FromStr<Err = docket_core::words::UnknownWord>>(&self) -> Result<Option<T>> {
        let text = self.kind.as_deref();
        Ok(text.map(|t| t.replace('-', "_").parse()).transpose()?)
    }

    fn tracking(&self) -> Vec<Value> {
        match (&self.carrier, &self.tracking) {
            (Some(carrier), Some(number)) => {
                vec![json!({ "carrier": carrier, "number": number, "url": self.tracking_url })]
            }
            _ => Vec::new(),
        }
    }

    /// The one piece that the options describe; none where they say nothing of it.
    fn evidence(&self, files: &[FileRef]) -> Vec<Value> {
        let mut piece = json!({
            "note": self.note, "tracking": self.tracking(), "refund_ids": self.refund_id, "files": files,
        });
        let said = self.evidence.as_ref();
        if let Some(kind) = said.map(|k| k.replace('-', "_").to_lowercase()) {
            piece["kind"] = kind.into();
        }
        let empty = said.is_none()
            && self.note.is_none()
            && self.tracking.is_none()
            && self.refund_id.is_empty()
            && files.is_empty();
        if empty { Vec::new() } else { vec![piece] }
    }
}

impl Action {
    pub(super) const fn kind(self) -> ActionKind {
        match self {
            Self::Contest => ActionKind::Contest,
            Self::Accept => ActionKind::Accept,
            Self::Offer => ActionKind::Offer,
            Self::Message => ActionKind::Message,
            Self::Escalate => ActionKind::Escalate,
            Self::Appeal => ActionKind::Appeal,
            Self::SupportingInfo => ActionKind::SupportingInfo,
            Self::AcknowledgeReturn => ActionKind::AcknowledgeReturn,
        }
    }
}

#[cfg(test)]
mod tests {
    use docket_core::words::ActionKind;

    use super::*;

    #[test]
    fn every_action_can_be_typed() {
        let typed: Vec<String> = Action::value_variants()
            .iter()
            .filter_map(|a| a.to_possible_value())
            .map(|v| v.get_name().replace('-', "_"))
            .collect();
        assert_eq!(
            typed,
            ActionKind::ALL.iter().map(|a| a.as_str()).collect::<Vec<_>>()
        );
    }
}
