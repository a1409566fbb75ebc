//! What speaks for one line of a checklist: what people brought, and what the dossier says by itself.

mod messages;
mod parcels;
mod refunds;
mod returns;

use super::{EvidenceKind, Having, Item, Rule, Shape, Situation, refund};
use crate::dossier::{Dossier, Movement, Provenance};
use crate::factor::FactorKind;
use crate::sentence;
use crate::sentence::{Part, Sentence};
pub(super) use parcels::label_alone;
use parcels::{
    delivery_complaints, form_complaint, moved, other_place, shipment_complaints, shipped, still,
    tracking_complaints,
};
use refunds::refund_complaints;

/// Codes of AVS that mean address and postal code; of CVV only `M` means a match.
const WHOLE_ADDRESS: [&str; 5] = ["Y", "X", "D", "F", "M"];

/// What speaks for one line.
#[derive(Default)]
pub(super) struct Found {
    pub having: Vec<Having>,
    pub notes: Vec<Sentence>,
    pub good: bool,
}

impl Found {
    pub fn item(&mut self, case: &Situation<'_>, rule: &Rule, item: &Item, content: Option<&str>) {
        let mut what: Vec<Part> = Vec::new();
        what.extend(item.title.clone().map(Part::from));
        what.extend(
            item.tracking
                .as_ref()
                .map(|t| format!("{} {}", t.carrier, t.number).into()),
        );
        what.extend(
            item.refund_id
                .as_ref()
                .map(|id| sentence!("refund {id}", id).into()),
        );
        what.extend(item.text.as_ref().map(|text| first_words(text).into()));
        what.extend(item.file.as_ref().map(|file| Part::from(&file.name)));
        what.extend(item.seen.as_ref().map(|seen| {
            let parts: Part = seen.shows.iter().copied().collect();
            sentence!("shows {parts} (seen by {by})", parts, by = &seen.by).into()
        }));
        let mut having = Having {
            what: Sentence::from("{what}").with("what", Part::List(what)),
            good: false,
            from: item.from.clone(),
        };
        if rule.shape == Shape::File && item.file.is_none() {
            self.having.push(having);
            self.notes.push(sentence!(
                "{platform} takes this only as a file",
                platform = case.platform.title()
            ));
            return;
        }
        let complaints = match item.kind {
            EvidenceKind::DeliveryProof => delivery_complaints(case, item, content),
            EvidenceKind::Tracking => tracking_complaints(item),
            EvidenceKind::ShipmentProof => shipment_complaints(case, item),
            EvidenceKind::RefundProof => refund_complaints(case, item, content),
            EvidenceKind::AddressMatch
            | EvidenceKind::Signature
            | EvidenceKind::ReceiptConfirmed
            | EvidenceKind::DeliveryAttempt
            | EvidenceKind::DispatchInTime
            | EvidenceKind::PromiseRunning
            | EvidenceKind::ShippingPolicy
            | EvidenceKind::AccessLog
            | EvidenceKind::CompletionRecord
            | EvidenceKind::ItemDescription
            | EvidenceKind::ClaimAnswer
            | EvidenceKind::RemedyOffered
            | EvidenceKind::ReturnState
            | EvidenceKind::ReturnPolicy
            | EvidenceKind::Approval
            | EvidenceKind::Inspection
            | EvidenceKind::Authentication
            | EvidenceKind::PriorTransactions
            | EvidenceKind::CardChecks
            | EvidenceKind::AccountContinuity
            | EvidenceKind::PurchaseAdmitted
            | EvidenceKind::OrderHistory
            | EvidenceKind::IpLocation
            | EvidenceKind::Receipt
            | EvidenceKind::Withdrawal
            | EvidenceKind::RefundCalculation
            | EvidenceKind::ExemptGoods
            | EvidenceKind::WithdrawalLate
            | EvidenceKind::SeparateOrders
            | EvidenceKind::NoOtherPayment
            | EvidenceKind::ItemisedOrder
            | EvidenceKind::PriceCalculation
            | EvidenceKind::AgreedChange
            | EvidenceKind::SubscriptionTerms
            | EvidenceKind::UsageAfter
            | EvidenceKind::RenewalNotice
            | EvidenceKind::NoCancellation
            | EvidenceKind::StopConfirmation
            | EvidenceKind::OrderConfirmation
            | EvidenceKind::LabelOnly
            | EvidenceKind::Other => Vec::new(),
        };
        having.good = complaints.is_empty();
        self.good |= having.good;
        self.having.push(having);
        let place = Some(content).filter(|_| item.kind == EvidenceKind::DeliveryProof);
        let place = place.and_then(|content| other_place(case, content));
        // Of several pieces each note says which one it means.
        let several = case
            .items
            .iter()
            .filter(|(other, _)| other.kind == item.kind)
            .count()
            > 1;
        let of = item.file.as_ref().filter(|_| several);
        let notes = complaints.into_iter().chain(place);
        self.notes.extend(notes.map(|note| match of {
            Some(file) => sentence!("{file}: {note}", file = &file.name, note),
            None => note,
        }));
    }

    fn fact(&mut self, what: Sentence, from: &Provenance) {
        self.having.push(Having {
            what,
            good: true,
            from: from.clone(),
        });
    }

    /// What the dossier says by itself. A fact suffices where the platform takes more than files.
    pub fn facts(&mut self, case: &Situation<'_>, rule: &Rule) {
        let dossier = case.dossier;
        let before = self.having.len();
        match rule.kind {
            EvidenceKind::Tracking => {
                self.parcels(dossier);
                if label_alone(dossier) {
                    self.notes.push(still());
                    return;
                }
            }
            EvidenceKind::CardChecks => self.card_checks(case),
            EvidenceKind::ShipmentProof => {
                self.parcels(dossier);
                let numbers = dossier
                    .shipments
                    .iter()
                    .filter_map(|known| known.fact.number.as_deref());
                let shipped = numbers.clone().any(|number| moved(dossier, number));
                if !shipped && numbers.count() > 0 {
                    self.notes.push(still());
                    // A number is made with the label, before anything is shipped.
                    return;
                }
            }
            EvidenceKind::DeliveryProof => {
                if let Some((at, from)) = dossier.delivered() {
                    self.fact(
                        sentence!("delivered {day} as the carrier reports", day = at.date_naive()),
                        from,
                    );
                    self.notes.push(sentence!(
                        "the carrier's document would prove it: status, date, recipient, parcel"
                    ));
                    // A report is a lead to the document, not the document.
                    return;
                }
            }
            EvidenceKind::DeliveryAttempt => {
                for known in &dossier.scans {
                    if matches!(
                        known.fact.movement,
                        Movement::Attempted | Movement::ReadyForPickup
                    ) {
                        let told = Sentence::from("{movement} {day}").with("movement", known.fact.movement);
                        self.fact(told.with("day", known.fact.at.date_naive()), &known.from);
                    }
                }
            }
            EvidenceKind::DispatchInTime => self.dispatch(dossier),
            EvidenceKind::RefundProof => {
                for known in &dossier.refunds {
                    let (amount, day) = (known.fact.amount, known.fact.at.date_naive());
                    self.fact(sentence!("{amount} refunded {day}", amount, day), &known.from);
                }
                if self.having.len() > before && self.part_refunded(case) {
                    return;
                }
            }
            EvidenceKind::ShippingPolicy | EvidenceKind::ReturnPolicy | EvidenceKind::SubscriptionTerms => {
                if !self.policies(dossier, rule.kind) {
                    return;
                }
            }
            EvidenceKind::ItemDescription => {
                for known in &dossier.lines {
                    if let Some(text) = &known.fact.description {
                        self.fact(first_words(text).into(), &known.from);
                    }
                }
            }
            EvidenceKind::RefundCalculation => {
                if let (Some(sum), Some(order)) = (refund::expected(dossier), dossier.orders.first()) {
                    let told = sentence!(
                        "goods {goods} + shipping {shipping} − refunded {refunded} = due {due}",
                        goods = sum.goods,
                        shipping = sum.shipping,
                        refunded = sum.refunded,
                        due = sum.due
                    );
                    self.fact(told, &order.from);
                }
            }
            EvidenceKind::OrderConfirmation => {
                for known in &dossier.orders {
                    self.fact(
                        sentence!(
                            "order {number} of {day}",
                            number = &known.fact.number,
                            day = known.fact.placed_at.date_naive()
                        ),
                        &known.from,
                    );
                }
            }
            EvidenceKind::AddressMatch => {
                if !self.addresses(dossier) {
                    return;
                }
            }
            EvidenceKind::ReturnState => {
                if !self.returns(dossier, rule.reason) {
                    return;
                }
            }
            EvidenceKind::ReceiptConfirmed
            | EvidenceKind::RemedyOffered
            | EvidenceKind::PurchaseAdmitted
            | EvidenceKind::Withdrawal => {
                self.messages(dossier, rule.kind, case.opened_at);
                // A program does not say what a message means.
                return;
            }
            // Only a person can tell these.
            EvidenceKind::Signature
            | EvidenceKind::PromiseRunning
            | EvidenceKind::AccessLog
            | EvidenceKind::CompletionRecord
            | EvidenceKind::ClaimAnswer
            | EvidenceKind::Approval
            | EvidenceKind::Inspection
            | EvidenceKind::Authentication
            | EvidenceKind::PriorTransactions
            | EvidenceKind::AccountContinuity
            | EvidenceKind::OrderHistory
            | EvidenceKind::IpLocation
            | EvidenceKind::Receipt
            | EvidenceKind::ExemptGoods
            | EvidenceKind::WithdrawalLate
            | EvidenceKind::SeparateOrders
            | EvidenceKind::NoOtherPayment
            | EvidenceKind::ItemisedOrder
            | EvidenceKind::PriceCalculation
            | EvidenceKind::AgreedChange
            | EvidenceKind::UsageAfter
            | EvidenceKind::RenewalNotice
            | EvidenceKind::NoCancellation
            | EvidenceKind::StopConfirmation
            | EvidenceKind::LabelOnly
            | EvidenceKind::Other => {}
        }
        self.good |= self.having.len() > before && rule.shape == Shape::Any;
        if self.having.len() > before && rule.shape == Shape::File {
            self.notes.push(sentence!(
                "known, but {platform} takes this only as a file",
                platform = case.platform.title()
            ));
        }
    }

    /// Whether less went back than is disputed, and is due by the records: part of the money ends no claim.
    fn part_refunded(&mut self, case: &Situation<'_>) -> bool {
        let disputed = case.disputed;
        let refunded = case.dossier.refunded(disputed.currency);
        let settled = refund::expected(case.dossier).is_some_and(|sum| sum.due.minor == 0);
        let told = case
            .dossier
            .refunds
            .iter()
            .any(|known| known.fact.amount.currency == disputed.currency);
        let part = told && refunded.minor < disputed.minor && !settled;
        if part {
            self.notes.push(sentence!(
                "only {refunded} of the disputed {disputed} was refunded",
                refunded,
                disputed
            ));
        }
        part
    }

    /// What the platform tells of the checks of the card: an address or a security code that fits speaks for the merchant.
    fn card_checks(&mut self, case: &Situation<'_>) {
        for check in case.card_checks {
            let (what, code) = (check.what, check.code.as_str());
            let fits = if what == FactorKind::CvvResult {
                code == "M"
            } else {
                WHOLE_ADDRESS.contains(&code)
            };
            if fits {
                self.fact(sentence!("{what}: {code}", what, code), &check.from);
            } else {
                self.notes
                    .push(sentence!("{what}: {code}, which is no whole match", what, code));
            }
        }
    }

    fn parcels(&mut self, dossier: &Dossier) {
        for known in &dossier.shipments {
            if let (Some(carrier), Some(number)) = (&known.fact.carrier, &known.fact.number) {
                self.fact(format!("{carrier} {number}").into(), &known.from);
                self.notes.extend(form_complaint(carrier, number));
            }
        }
    }

    /// Whether the platform says that the goods went to the address of the payment, and a carrier that they went.
    fn addresses(&mut self, dossier: &Dossier) -> bool {
        for known in &dossier.orders {
            match known.fact.addresses_match {
                Some(true) => self.fact(
                    sentence!(
                        "the platform says that the order's delivery address is the one of the payment"
                    ),
                    &known.from,
                ),
                Some(false) => self.notes.push(sentence!(
                    "warning: the platform says that the order went to another address than the payment's"
                )),
                None => {}
            }
        }
        let any = !self.having.is_empty();
        let went = shipped(dossier);
        if any && !went {
            self.notes.push(still());
        }
        went
    }

    fn dispatch(&mut self, dossier: &Dossier) {
        let promised = dossier
            .orders
            .iter()
            .filter_map(|order| order.fact.promised_by)
            .min();
        for known in &dossier.shipments {
            let (Some(shipped), Some(promised)) = (known.fact.shipped_at, promised) else {
                continue;
            };
            let days = (shipped.date_naive(), promised.date_naive());
            if shipped <= promised {
                self.fact(
                    sentence!(
                        "shipped {shipped}, promised by {promised}",
                        shipped = days.0,
                        promised = days.1
                    ),
                    &known.from,
                );
            } else {
                self.notes.push(sentence!(
                    "shipped {shipped}, after the promised {promised}",
                    shipped = days.0,
                    promised = days.1
                ));
            }
        }
    }

    /// Whether one of them has a text that can be shown; one of which only the dates are known proves nothing.
    fn policies(&mut self, dossier: &Dossier, kind: EvidenceKind) -> bool {
        let mut text = false;
        for known in dossier
            .policies
            .iter()
            .filter(|known| Some(known.fact.kind) == kind.policy())
        {
            let told = match &known.fact.title {
                Some(title) => sentence!("{title}, in force from {day}", title, day = known.fact.from),
                None => sentence!("policy, in force from {day}", day = known.fact.from),
            };
            self.fact(told, &known.from);
            if known.fact.text.trim().is_empty() {
                self.notes
                    .push(sentence!("only its dates are known: bring its text"));
            } else {
                text = true;
            }
        }
        text
    }
}

/// The beginning of a text, whole words, in one line.
fn first_words(text: &str) -> String {
    const MOST: usize = 120;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MOST) {
        None => line,
        Some((end, _)) => {
            let cut = line[..end].rfind(' ').unwrap_or(end);
            format!("{}…", &line[..cut])
        }
    }
}
