//! Contributing factors that the dispute itself carries (`domain.md` E1), each with the field that it was read from.

use chrono::{DateTime, SecondsFormat, Utc};
use docket_core::factor::{Factor, FactorKind};
use docket_core::money::Money;

use super::grounds::ground;
use super::money;

use crate::wire::{
    AuthorWord, Dispute, OpenWord, ProductDetails, Properties, ReceivedWord, ServiceDetails, StartedWord,
    SubReasonWord, Time,
};

/// Gathers records that have no time of their own under the dispute's last change.
struct Records {
    found: Vec<Factor>,
    updated_at: DateTime<Utc>,
}

impl Records {
    fn add(&mut self, kind: FactorKind, value: String, path: String, at: Option<Time>) {
        let as_of = at.and_then(Time::at).unwrap_or(self.updated_at);
        self.found.push(Factor {
            kind,
            value,
            source: format!("paypal:{path}"),
            as_of,
        });
    }
}

/// All factors.
pub(super) fn factors(dispute: &Dispute<'_>, updated_at: DateTime<Utc>) -> Vec<Factor> {
    let mut records = Records {
        found: Vec::new(),
        updated_at,
    };
    purchase(&mut records, dispute);
    if let Some(extensions) = &dispute.extensions {
        if let Some(goods) = &extensions.merchandize_dispute_properties {
            properties(&mut records, goods, "extensions.merchandize_dispute_properties");
        }
        let billing = extensions.billing_dispute_properties.as_ref();
        if let Some(credit) = billing.and_then(|billing| billing.credit_not_processed.as_ref()) {
            properties(
                &mut records,
                credit,
                "extensions.billing_dispute_properties.credit_not_processed",
            );
        }
        let at = extensions.merchant_contacted_time;
        if let Some(contacted) = extensions.merchant_contacted {
            let path = "extensions.merchant_contacted".to_owned();
            records.add(FactorKind::MerchantContacted, contacted.to_string(), path, at);
        }
        if let Some(word) = &extensions.merchant_contacted_outcome {
            let path = "extensions.merchant_contacted_outcome".to_owned();
            records.add(
                FactorKind::MerchantContactedOutcome,
                word.as_str().to_ascii_lowercase(),
                path,
                at,
            );
        }
    }
    protection(&mut records, dispute);
    decisions(&mut records, dispute);
    returned(&mut records, dispute);
    records.found
}

/// What a decision in part left with the merchant.
fn returned(records: &mut Records, dispute: &Dispute<'_>) {
    let outcome = dispute.dispute_outcome.as_ref();
    let back = outcome.and_then(|outcome| money(outcome.amount_refunded.as_ref()));
    let (Some(amount), Some(back)) = (money(dispute.dispute_amount.as_ref()), back) else {
        return;
    };
    if amount.currency == back.currency && (1..amount.minor).contains(&back.minor) {
        let kept = Money::new(amount.minor - back.minor, amount.currency);
        let path = "dispute_outcome.amount_refunded".to_owned();
        records.add(FactorKind::ReturnedAmount, kept.to_string(), path, None);
    }
}

/// When it was paid, and how long the buyer waited for the first reply: the same records as the dossier gives.
fn purchase(records: &mut Records, dispute: &Dispute<'_>) {
    for (index, payment) in dispute.disputed_transactions.iter().flatten().enumerate() {
        if let Some(at) = payment.create_time.and_then(Time::at) {
            let value = at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
            let path = format!("disputed_transactions[{index}].create_time");
            records.add(FactorKind::OrderedAt, value, path, payment.create_time);
        }
    }
    let wrote = |by: AuthorWord| {
        let messages = dispute.messages.iter().flatten();
        let theirs = messages.filter(move |message| message.posted_by.as_ref() == Some(&by));
        theirs.filter_map(|message| message.time_posted.and_then(Time::at))
    };
    let Some(asked) = wrote(AuthorWord::Buyer).min() else {
        return;
    };
    if let Some(replied) = wrote(AuthorWord::Seller).filter(|at| *at >= asked).min() {
        let hours = (replied - asked).num_hours().to_string();
        let at = Some(Time::At(replied));
        records.add(FactorKind::FirstReplyHours, hours, "messages".to_owned(), at);
    }
}

fn properties(records: &mut Records, properties: &Properties, path: &str) {
    if let Some(product) = &properties.product_details {
        goods(records, product, &format!("{path}.product_details"));
    }
    if let Some(details) = &properties.service_details {
        service(records, details, &format!("{path}.service_details"));
    }
}

fn goods(records: &mut Records, product: &ProductDetails, path: &str) {
    let instant = |at: Option<Time>| Some(at?.at()?.to_rfc3339_opts(SecondsFormat::AutoSi, true));
    if let Some(expected) = instant(product.expected_delivery_date) {
        records.add(
            FactorKind::DeliveryExpectedBy,
            expected,
            format!("{path}.expected_delivery_date"),
            None,
        );
    }
    let received = match &product.product_received {
        Some(ReceivedWord::Yes | ReceivedWord::Returned) => Some(true),
        Some(ReceivedWord::No) => Some(false),
        Some(ReceivedWord::Unknown(_)) | None => None,
    };
    if let Some(received) = received {
        records.add(
            FactorKind::DeliveryReceived,
            received.to_string(),
            format!("{path}.product_received"),
            None,
        );
    }
    if let Some(at) = instant(product.product_received_time) {
        let path = format!("{path}.product_received_time");
        records.add(
            FactorKind::DeliveryReceivedAt,
            at,
            path,
            product.product_received_time,
        );
    }
    sub_reasons(records, product.sub_reasons.as_ref(), path);
}

fn service(records: &mut Records, service: &ServiceDetails, path: &str) {
    let started = match &service.service_started {
        Some(StartedWord::Yes) => Some(true),
        Some(StartedWord::No) => Some(false),
        // A cancelled service neither came nor failed to come.
        Some(StartedWord::Cancelled | StartedWord::Unknown(_)) | None => None,
    };
    if let Some(started) = started {
        records.add(
            FactorKind::DeliveryReceived,
            started.to_string(),
            format!("{path}.service_started"),
            None,
        );
    }
    sub_reasons(records, service.sub_reasons.as_ref(), path);
}

fn sub_reasons(records: &mut Records, words: Option<&Vec<SubReasonWord>>, path: &str) {
    for (index, word) in words.into_iter().flatten().enumerate() {
        let path = format!("{path}.sub_reasons[{index}]");
        records.add(
            FactorKind::ProductIssue,
            word.as_str().to_ascii_lowercase(),
            path,
            None,
        );
    }
}

/// Reference 6: the flag is no guarantee, and it covers INR and unauthorised claims only.
fn protection(records: &mut Records, dispute: &Dispute<'_>) {
    for (index, row) in dispute.disputed_transactions.iter().flatten().enumerate() {
        let path = format!("disputed_transactions[{index}]");
        if let Some(eligible) = row.seller_protection_eligible {
            let path = format!("{path}.seller_protection_eligible");
            records.add(
                FactorKind::SellerProtectionEligible,
                eligible.to_string(),
                path,
                None,
            );
        }
        if let Some(word) = &row.seller_protection_type {
            let path = format!("{path}.seller_protection_type");
            records.add(
                FactorKind::SellerProtectionType,
                word.as_str().to_owned(),
                path,
                None,
            );
        }
    }
}

fn decisions(records: &mut Records, dispute: &Dispute<'_>) {
    for (index, row) in dispute.adjudications.iter().flatten().enumerate() {
        if let Some(reason) = &row.reason {
            let path = format!("adjudications[{index}].reason");
            decision(records, reason.as_str(), path, row.adjudication_time);
        }
    }
    let reason = dispute
        .dispute_outcome
        .as_ref()
        .and_then(|outcome| outcome.outcome_reason.as_ref());
    if let Some(reason) = reason {
        decision(
            records,
            reason.as_str(),
            "dispute_outcome.outcome_reason".to_owned(),
            None,
        );
    }
}

/// A reason in PayPal's word, and what it speaks of.
fn decision(records: &mut Records, reason: &str, path: String, at: Option<Time>) {
    if let Some(ground) = ground(reason) {
        records.add(FactorKind::AdjudicationGroup, ground.to_owned(), path.clone(), at);
    }
    records.add(FactorKind::AdjudicationReason, reason.to_owned(), path, at);
}
