//! What speaks for one line of a checklist: what people brought, and what the dossier says by itself.

use chrono::{DateTime, Duration, NaiveDate, Utc};

use super::{EvidenceKind, Form, Having, Item, Rule, Shape, Shows, Situation, carrier, delivery, refund};
use crate::dossier::{Dossier, Movement, Provenance};

/// What speaks for one line.
#[derive(Default)]
pub(super) struct Found {
    pub having: Vec<Having>,
    pub notes: Vec<String>,
    pub good: bool,
}

impl Found {
    pub fn item(&mut self, case: &Situation<'_>, rule: &Rule, item: &Item, content: Option<&str>) {
        let mut what: Vec<String> = Vec::new();
        what.extend(item.title.clone());
        what.extend(
            item.tracking
                .as_ref()
                .map(|t| format!("{} {}", t.carrier, t.number)),
        );
        what.extend(item.refund_id.as_ref().map(|id| format!("refund {id}")));
        what.extend(item.text.as_ref().map(|text| first_words(text)));
        what.extend(item.file.as_ref().map(|file| file.name.clone()));
        what.extend(item.seen.as_ref().map(|seen| {
            let parts: Vec<&str> = seen.shows.iter().map(|part| part.as_str()).collect();
            format!("shows {} (seen by {})", parts.join(", "), seen.by)
        }));
        self.having.push(Having {
            what: what.join(", "),
            from: item.from.clone(),
        });
        if rule.shape == Shape::File && item.file.is_none() {
            self.notes
                .push(format!("{} takes this only as a file", case.platform.title()));
            return;
        }
        let complaints = match item.kind {
            EvidenceKind::DeliveryProof => delivery_complaints(case, item, content),
            EvidenceKind::Tracking => tracking_complaints(item),
            EvidenceKind::RefundProof => refund_complaints(case, item),
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
            | EvidenceKind::ShipmentProof
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
        self.good |= complaints.is_empty();
        self.notes.extend(complaints);
        if item.kind == EvidenceKind::DeliveryProof {
            self.notes.extend(other_place(case, content));
        }
    }

    fn fact(&mut self, what: String, from: &Provenance) {
        self.having.push(Having {
            what,
            from: from.clone(),
        });
    }

    /// What the dossier says by itself. A fact suffices where the platform takes more than files.
    pub fn facts(&mut self, case: &Situation<'_>, rule: &Rule) {
        let dossier = case.dossier;
        let before = self.having.len();
        match rule.kind {
            EvidenceKind::Tracking | EvidenceKind::ShipmentProof => {
                for known in &dossier.shipments {
                    if let (Some(carrier), Some(number)) = (&known.fact.carrier, &known.fact.number) {
                        self.fact(format!("{carrier} {number}"), &known.from);
                        self.notes.extend(form_complaint(carrier, number));
                    }
                }
            }
            EvidenceKind::DeliveryProof => {
                if let Some((at, from)) = dossier.delivered() {
                    self.fact(format!("delivered {} as the carrier reports", day(at)), from);
                    self.notes.push(
                        "the carrier's document would prove it: status, date, recipient, parcel".to_owned(),
                    );
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
                        let movement = crate::words::readable(known.fact.movement);
                        self.fact(format!("{movement} {}", day(known.fact.at)), &known.from);
                    }
                }
            }
            EvidenceKind::DispatchInTime => self.dispatch(dossier),
            EvidenceKind::RefundProof => {
                for known in &dossier.refunds {
                    let at = day(known.fact.at);
                    self.fact(format!("{} refunded {at}", known.fact.amount), &known.from);
                }
            }
            EvidenceKind::ShippingPolicy | EvidenceKind::ReturnPolicy | EvidenceKind::SubscriptionTerms => {
                self.policies(dossier, rule.kind);
            }
            EvidenceKind::ItemDescription => {
                for known in &dossier.lines {
                    if let Some(text) = &known.fact.description {
                        self.fact(first_words(text), &known.from);
                    }
                }
            }
            EvidenceKind::RefundCalculation => {
                if let (Some(sum), Some(order)) = (refund::expected(dossier), dossier.orders.first()) {
                    let text = format!(
                        "goods {} + shipping {} − refunded {} = due {}",
                        sum.goods, sum.shipping, sum.refunded, sum.due
                    );
                    self.fact(text, &order.from);
                }
            }
            EvidenceKind::OrderConfirmation => {
                for known in &dossier.orders {
                    self.fact(
                        format!("order {} of {}", known.fact.number, day(known.fact.placed_at)),
                        &known.from,
                    );
                }
            }
            // Only a person can tell these.
            EvidenceKind::AddressMatch
            | EvidenceKind::Signature
            | EvidenceKind::ReceiptConfirmed
            | EvidenceKind::PromiseRunning
            | EvidenceKind::AccessLog
            | EvidenceKind::CompletionRecord
            | EvidenceKind::ClaimAnswer
            | EvidenceKind::RemedyOffered
            | EvidenceKind::ReturnState
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
            self.notes.push(format!(
                "known, but {} takes this only as a file",
                case.platform.title()
            ));
        }
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
            if shipped <= promised {
                self.fact(
                    format!("shipped {}, promised by {}", day(shipped), day(promised)),
                    &known.from,
                );
            } else {
                self.notes.push(format!(
                    "shipped {}, after the promised {}",
                    day(shipped),
                    day(promised)
                ));
            }
        }
    }

    fn policies(&mut self, dossier: &Dossier, kind: EvidenceKind) {
        for known in dossier
            .policies
            .iter()
            .filter(|known| Some(known.fact.kind) == kind.policy())
        {
            let title = known.fact.title.as_deref().unwrap_or("policy");
            self.fact(format!("{title}, in force from {}", known.fact.from), &known.from);
        }
    }
}

fn delivery_complaints(case: &Situation<'_>, item: &Item, content: Option<&str>) -> Vec<String> {
    if item.file.is_none() {
        // Whoever types it may have seen it, or not.
        return vec!["words alone: a file of the carrier, or the platform's own record, proves it".to_owned()];
    }
    // A scan is a PDF without a letter of text.
    let text = match (content.filter(|text| !text.trim().is_empty()), &item.seen) {
        (Some(content), _) => content,
        (None, Some(seen)) => return lacking(&seen.shows),
        (None, None) => {
            return vec![
                "its text cannot be read here: look at it, and say which of status, date, recipient and parcel it shows \
                 (`docket evidence confirm … --shows`)"
                    .to_owned(),
            ];
        }
    };
    let parcels = case
        .dossier
        .shipments
        .iter()
        .filter_map(|known| known.fact.number.as_deref());
    let brought = case.items.iter().filter_map(|(item, _)| item.tracking.as_ref());
    let own = brought.map(|tracking| tracking.number.as_str());
    let orders = case.dossier.orders.iter().map(|order| order.fact.number.as_str());
    let refs = case.refs.iter().map(String::as_str);
    let parcels: Vec<&str> = parcels.chain(own).chain(orders).chain(refs).collect();
    let to = case
        .dossier
        .orders
        .iter()
        .filter_map(|order| order.fact.ship_to.as_deref());
    let by = case
        .dossier
        .shipments
        .iter()
        .filter_map(|known| known.fact.received_by.as_deref());
    let places: Vec<&str> = to.chain(by).collect();
    let shown = delivery::shows(text, &places, &parcels);
    let mut complaints = lacking(&shown);
    complaints.extend(delivery::denial(text).map(|words| {
        format!(
            "it says `{words}`: where the parcel arrived after that, bring the document of the delivery alone"
        )
    }));
    complaints.extend(wrong_day(case, text));
    complaints
}

/// A proof of another order, or of a day to come.
fn wrong_day(case: &Situation<'_>, text: &str) -> Option<String> {
    let days = delivery::days(text);
    let first = days.first()?;
    // Clocks of carriers and platforms differ by less than a day.
    let latest = (case.now + Duration::days(1)).date_naive();
    let ordered = case.dossier.ordered_at();
    let earliest = ordered.map(|at| (at - Duration::days(1)).date_naive());
    let fits = |day: &NaiveDate| earliest.is_none_or(|earliest| earliest <= *day) && *day <= latest;
    if days.iter().any(fits) {
        return None;
    }
    Some(match ordered {
        Some(ordered) if *first <= latest => {
            format!(
                "its day {first} is before the order of {}: it is of another parcel",
                day(ordered)
            )
        }
        Some(_) | None => format!("its day {first} is still to come"),
    })
}

/// Another postal code than the order's: a person has to compare.
fn other_place(case: &Situation<'_>, content: Option<&str>) -> Option<String> {
    let known = case
        .dossier
        .orders
        .iter()
        .filter_map(|order| order.fact.ship_to.as_deref());
    let known: Vec<String> = known.flat_map(delivery::postcodes).collect();
    let shown = delivery::postcodes(content?);
    let other = shown.first().filter(|_| !known.is_empty())?;
    (!shown.iter().any(|code| known.contains(code))).then(|| {
        format!(
            "warning: it shows the postal code {other}, the order went to {}: compare the addresses",
            known.join(", ")
        )
    })
}

fn lacking(shown: &[Shows]) -> Vec<String> {
    let lacking: Vec<&str> = Shows::ALL
        .iter()
        .filter(|part| !shown.contains(part))
        .map(|part| part.as_str())
        .collect();
    if lacking.is_empty() {
        Vec::new()
    } else {
        vec![format!("it does not show: {}", lacking.join(", "))]
    }
}

fn tracking_complaints(item: &Item) -> Vec<String> {
    let Some(tracking) = &item.tracking else {
        return vec!["no carrier and number in it".to_owned()];
    };
    form_complaint(&tracking.carrier, &tracking.number)
        .into_iter()
        .collect()
}

fn form_complaint(carrier: &str, number: &str) -> Option<String> {
    match carrier::form(carrier, number) {
        Form::Fits | Form::UnknownCarrier => None,
        Form::Unusual => Some(format!(
            "{number} does not look like a number of {carrier}: compare it with the label"
        )),
    }
}

/// A refund that is claimed must be one that was recorded.
fn refund_complaints(case: &Situation<'_>, item: &Item) -> Vec<String> {
    let Some(id) = &item.refund_id else {
        return Vec::new();
    };
    let recorded: Vec<&str> = case
        .dossier
        .refunds
        .iter()
        .filter_map(|known| known.fact.id.as_deref())
        .collect();
    if recorded.contains(&id.as_str()) {
        Vec::new()
    } else if recorded.is_empty() {
        vec![format!(
            "no refund is recorded, so nothing bears refund {id} out: import it with `docket import refunds`, or add its proof"
        )]
    } else {
        vec![format!(
            "no refund {id} is recorded; recorded: {}",
            recorded.join(", ")
        )]
    }
}

fn day(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d").to_string()
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
