//! What a case can be answered with: which actions and which kinds of them its platform takes, and why not the others. The
//! connector's own check says so, tried with examples; nothing is sent by that.

use docket_connector::{Capability, Connector};
use docket_core::id::CaseId;
use docket_core::money::Money;
use docket_core::response::{
    AcceptKind, Address, EvidenceItem, FileRef, OfferKind, Response, ReturnState, Tracking,
};
use docket_core::sentence;
use docket_core::sentence::Sentence;
use docket_core::snapshot::Facts;
use docket_core::words::ActionKind;
use docket_store::{ClientScope, StoredEvidence};

use crate::Desk;
use crate::cases::CaseView;
use crate::error::Result;
use crate::evidence::CaseChecklist;

/// What a case can be answered with.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// Actions that cannot be done from here, each with why.
    pub elsewhere: Vec<(ActionKind, Sentence)>,
    /// What can be offered; with why, where it cannot.
    pub offers: Vec<(OfferKind, Option<Sentence>)>,
    /// How it can be accepted; with why, where it cannot.
    pub accepts: Vec<(AcceptKind, Option<Sentence>)>,
    /// A contest may propose to give a part back.
    pub partial: bool,
    /// Files of its evidence, which may go with an answer.
    pub files: Vec<FileRef>,
}

impl Desk {
    /// What a case that is looked at can be answered with.
    ///
    /// # Errors
    /// When its connection cannot be read.
    pub async fn choices(&self, view: &CaseView, found: &CaseChecklist) -> Result<Choices> {
        let stored = &view.stored;
        let connector = self.connector_of(&view.connection).await?;
        let platform = stored.case.platform.title();
        let facts = &stored.case.facts;
        let why = |action: ActionKind| match connector.capability(action) {
            Capability::Unsupported => Some(sentence!("{platform} knows no such action", platform)),
            Capability::ManualOnly(why) => Some(sentence!(
                "only on the platform’s own pages: {why}",
                why = Sentence::from(why)
            )),
            Capability::Supported if facts.allowed_actions.contains(&action) => None,
            Capability::Supported => Some(sentence!(
                "{platform} does not take it in this state of the dispute",
                platform
            )),
        };
        let elsewhere = ActionKind::ALL.iter().filter_map(|a| Some((*a, why(*a)?)));
        let refused = |response: &Response| {
            let first = connector.check(facts, response).into_iter().next();
            first.map(|problem| problem.what.also(problem.todo))
        };
        Ok(Choices {
            elsewhere: elsewhere.collect(),
            offers: OfferKind::ALL
                .iter()
                .map(|kind| (*kind, refused(&offer(*kind, facts.amount))))
                .collect(),
            accepts: AcceptKind::ALL
                .iter()
                .map(|kind| (*kind, refused(&accept(*kind, facts.amount))))
                .collect(),
            partial: takes_a_part(connector.as_ref(), facts),
            files: files_of(&found.pieces),
        })
    }

    /// Files of a case's evidence, which may go with an answer.
    ///
    /// # Errors
    /// When there is no such case in scope.
    pub async fn evidence_files(&self, scope: ClientScope, id: CaseId) -> Result<Vec<FileRef>> {
        Ok(files_of(&self.evidence(scope, id).await?))
    }

    /// The platform's own word for the proof of what came back; none where it takes none.
    ///
    /// # Errors
    /// When there is no such case in scope, or its connection cannot be read.
    pub async fn return_proof(
        &self,
        scope: ClientScope,
        id: CaseId,
        what: ReturnState,
    ) -> Result<Option<&'static str>> {
        let stored = self.case(scope, id).await?;
        let (_, connector) = self.connector(stored.case.connection).await?;
        Ok(connector.return_proof(what))
    }
}

fn files_of(pieces: &[StoredEvidence]) -> Vec<FileRef> {
    let known = pieces.iter().filter(|piece| !piece.item.unconfirmed);
    known.filter_map(|piece| piece.item.file.clone()).collect()
}

/// Whether a contest that proposes to give a part back is refused for nothing that the same without it is not.
fn takes_a_part(connector: &dyn Connector, facts: &Facts) -> bool {
    let problems = |proposed_refund| {
        let contest = Response::Contest {
            evidence: vec![EvidenceItem::default()],
            return_address: None,
            proposed_refund,
        };
        connector.check(facts, &contest).len()
    };
    let part = Money::new(1, facts.amount.currency);
    facts.amount.minor > 1 && problems(Some(part)) == problems(None)
}

/// Whole units, which every platform takes in every currency; the whole amount where there are none.
fn sum(disputed: Money) -> Money {
    let whole = disputed.minor - disputed.minor % 100;
    Money::new(if whole > 0 { whole } else { disputed.minor }, disputed.currency)
}

fn address() -> Address {
    Address {
        country: "DE".to_owned(),
        ..Address::default()
    }
}

/// Complete, so that only the kind itself can be what is wrong with it.
fn offer(kind: OfferKind, disputed: Money) -> Response {
    let (amount, back) = match kind {
        OfferKind::Refund | OfferKind::RefundWithReplacement => (true, false),
        OfferKind::RefundWithReturn => (true, true),
        OfferKind::ReplacementWithoutRefund => (false, false),
    };
    Response::Offer {
        kind,
        note: "-".to_owned(),
        amount: amount.then(|| sum(disputed)),
        return_address: back.then(address),
        invoice_id: None,
    }
}

fn accept(kind: AcceptKind, disputed: Money) -> Response {
    let (amount, back, label) = match kind {
        AcceptKind::Refund => (false, false, false),
        AcceptKind::PartialRefund => (true, false, false),
        AcceptKind::RefundWithReturn => (false, true, false),
        AcceptKind::RefundWithReturnLabel => (false, true, true),
    };
    let parcel = || Tracking {
        carrier: "DHL".to_owned(),
        number: "1".to_owned(),
        url: None,
    };
    Response::Accept {
        kind,
        note: "-".to_owned(),
        reason: None,
        amount: amount.then(|| sum(disputed)),
        return_address: back.then(address),
        invoice_id: None,
        shipment: label.then(parcel).into_iter().collect(),
        files: Vec::new(),
    }
}
