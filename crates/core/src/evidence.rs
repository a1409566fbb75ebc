//! What wins a case: kinds of evidence, the matrix that says which of them a case needs, and what a case has of them.

mod carrier;
mod checklist;
mod delivery;
mod found;
mod refund;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::dossier::{Goods, PolicyKind, Provenance};
use crate::response::{FileRef, Tracking};
use crate::words::{Platform, Reason, words};

pub use carrier::{Form, form};
pub use checklist::{CardCheck, Checklist, Having, Row, Situation, Standing, checklist};
pub use delivery::{Shows, shows};
pub use refund::{Expected, Ground, expected};

words! {
    /// What a piece of evidence shows; the platforms' own kinds are mapped to when it is sent (`domain.md` D2).
    EvidenceKind, "kind of evidence" {
        /// A document of the carrier: delivered, when, to whom or where, which parcel.
        DeliveryProof = "delivery_proof",
        /// The delivery address is the one of the payment.
        AddressMatch = "address_match",
        /// A signature, a photo or an identity check at the door.
        Signature = "signature",
        /// The customer writes that it came.
        ReceiptConfirmed = "receipt_confirmed",
        /// Carrier and tracking number.
        Tracking = "tracking",
        /// Scans of attempts, or of waiting at a pick-up point.
        DeliveryAttempt = "delivery_attempt",
        /// It was sent when it was promised to be.
        DispatchInTime = "dispatch_in_time",
        /// The promised day has not passed, and the parcel moves.
        PromiseRunning = "promise_running",
        /// The shipping policy that the buyer was shown.
        ShippingPolicy = "shipping_policy",
        /// When and from where the buyer used it.
        AccessLog = "access_log",
        /// That the service was rendered, or attended.
        CompletionRecord = "completion_record",
        /// How the goods were described when they were ordered.
        ItemDescription = "item_description",
        /// An answer to the buyer's claim, point by point.
        ClaimAnswer = "claim_answer",
        /// What was offered, when, and the buyer's reply.
        RemedyOffered = "remedy_offered",
        /// That nothing came back, or what came back.
        ReturnState = "return_state",
        /// The return or refund policy in force at the order.
        ReturnPolicy = "return_policy",
        /// The buyer approved the work, or ordered it to measure.
        Approval = "approval",
        /// An inspection by a third party.
        Inspection = "inspection",
        /// The buyer was authenticated by his bank (3-D Secure, SCA).
        Authentication = "authentication",
        /// Earlier payments by the same person that nobody disputed.
        PriorTransactions = "prior_transactions",
        /// Address and card code were checked and matched.
        CardChecks = "card_checks",
        /// The same account and device as before.
        AccountContinuity = "account_continuity",
        /// The customer writes that he bought it.
        PurchaseAdmitted = "purchase_admitted",
        /// Earlier orders without disputes.
        OrderHistory = "order_history",
        /// Where the order was placed from.
        IpLocation = "ip_location",
        /// That it was shipped to the address of the payment.
        ShipmentProof = "shipment_proof",
        /// Name on the statement, receipt and product.
        Receipt = "receipt",
        /// The customer takes the dispute back.
        Withdrawal = "withdrawal",
        /// A refund with id, date and amount.
        RefundProof = "refund_proof",
        /// How the refund is reckoned.
        RefundCalculation = "refund_calculation",
        /// The goods are exempt from withdrawal.
        ExemptGoods = "exempt_goods",
        /// The withdrawal came too late.
        WithdrawalLate = "withdrawal_late",
        /// Two orders with different goods.
        SeparateOrders = "separate_orders",
        /// No other payment came in.
        NoOtherPayment = "no_other_payment",
        /// An itemised confirmation that equals the charge.
        ItemisedOrder = "itemised_order",
        /// Price, discount, tax and shipping.
        PriceCalculation = "price_calculation",
        /// A change that was agreed.
        AgreedChange = "agreed_change",
        /// Terms and way to cancel, as accepted.
        SubscriptionTerms = "subscription_terms",
        /// Use after the alleged cancellation.
        UsageAfter = "usage_after",
        /// The notice before the renewal.
        RenewalNotice = "renewal_notice",
        /// That nobody asked to cancel.
        NoCancellation = "no_cancellation",
        /// The shipment was stopped, or it was not.
        StopConfirmation = "stop_confirmation",
        /// The order's confirmation; supports, never decides.
        OrderConfirmation = "order_confirmation",
        /// A label without a movement: it harms.
        LabelOnly = "label_only",
        /// Something else; say what in its title.
        Other = "other",
    }
}

impl EvidenceKind {
    /// The policy whose text is this kind of evidence.
    pub const fn policy(self) -> Option<PolicyKind> {
        match self {
            Self::ShippingPolicy => Some(PolicyKind::Shipping),
            Self::ReturnPolicy => Some(PolicyKind::Refund),
            Self::SubscriptionTerms => Some(PolicyKind::Cancellation),
            Self::DeliveryProof
            | Self::AddressMatch
            | Self::Signature
            | Self::ReceiptConfirmed
            | Self::Tracking
            | Self::DeliveryAttempt
            | Self::DispatchInTime
            | Self::PromiseRunning
            | Self::AccessLog
            | Self::CompletionRecord
            | Self::ItemDescription
            | Self::ClaimAnswer
            | Self::RemedyOffered
            | Self::ReturnState
            | Self::Approval
            | Self::Inspection
            | Self::Authentication
            | Self::PriorTransactions
            | Self::CardChecks
            | Self::AccountContinuity
            | Self::PurchaseAdmitted
            | Self::OrderHistory
            | Self::IpLocation
            | Self::ShipmentProof
            | Self::Receipt
            | Self::Withdrawal
            | Self::RefundProof
            | Self::RefundCalculation
            | Self::ExemptGoods
            | Self::WithdrawalLate
            | Self::SeparateOrders
            | Self::NoOtherPayment
            | Self::ItemisedOrder
            | Self::PriceCalculation
            | Self::AgreedChange
            | Self::UsageAfter
            | Self::RenewalNotice
            | Self::NoCancellation
            | Self::StopConfirmation
            | Self::OrderConfirmation
            | Self::LabelOnly
            | Self::Other => None,
        }
    }
}

words! {
    /// How much a case needs a kind of evidence.
    Need, "need" {
        /// Without it the case is better settled than contested.
        Required = "required",
        /// It adds weight.
        Useful = "useful",
        /// It supports the rest and decides nothing.
        Supporting = "supporting",
        /// It harms.
        Forbidden = "forbidden",
    }
}

words! {
    /// In which form a platform wants it.
    #[derive(Default)]
    Shape, "form of evidence" {
        /// As a text, a number or a file.
        #[default]
        Any = "any",
        /// Only as a file.
        File = "file",
    }
}

/// One line of the matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The reason that it is for.
    pub reason: Reason,
    /// The platforms that it is for; empty: all. A line that names the platform beats one that does not.
    #[serde(default)]
    pub platforms: Vec<Platform>,
    /// The kinds of goods that it is for; empty: all.
    #[serde(default)]
    pub goods: Vec<Goods>,
    /// What.
    pub kind: EvidenceKind,
    /// How much it is needed.
    pub need: Need,
    /// 0 to 100.
    #[serde(default)]
    pub weight: u8,
    /// In which form.
    #[serde(default)]
    pub shape: Shape,
    /// What it must show, in a sentence for the specialist.
    pub why: String,
}

impl Rule {
    fn fits(&self, platform: Platform, reason: Reason, goods: Goods) -> bool {
        self.reason == reason
            && (self.platforms.is_empty() || self.platforms.contains(&platform))
            && (self.goods.is_empty() || self.goods.contains(&goods))
    }
}

/// Which evidence a case needs, by reason, platform and kind of goods. Data that an agency edits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    /// Grows with each edit; kept with everything that was judged by it.
    pub version: u32,
    /// The lines.
    #[serde(rename = "rule")]
    pub rules: Vec<Rule>,
}

impl Matrix {
    /// The lines for such a case, heaviest first; one for each kind.
    pub fn rules(&self, platform: Platform, reason: Reason, goods: Goods) -> Vec<&Rule> {
        let mut found: Vec<&Rule> = Vec::new();
        for rule in self
            .rules
            .iter()
            .filter(|rule| rule.fits(platform, reason, goods))
        {
            match found.iter_mut().find(|known| known.kind == rule.kind) {
                Some(known) if known.platforms.is_empty() && !rule.platforms.is_empty() => *known = rule,
                Some(_) => {}
                None => found.push(rule),
            }
        }
        found.sort_by_key(|rule| (rule.need, std::cmp::Reverse(rule.weight), rule.kind));
        found
    }

    /// What is wrong with it, for whoever edits it; empty where nothing is.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.version == 0 {
            problems.push("`version` is 0; count up from 1 with each edit".to_owned());
        }
        let mut seen = BTreeSet::new();
        for (index, rule) in self.rules.iter().enumerate() {
            let here = format!("rule {} ({}, {})", index + 1, rule.reason, rule.kind);
            if rule.weight > 100 {
                problems.push(format!("{here}: weight {} is above 100", rule.weight));
            }
            let decides = matches!(rule.need, Need::Required | Need::Useful);
            if decides && rule.weight == 0 {
                problems.push(format!("{here}: a {} kind needs a weight above 0", rule.need));
            }
            if rule.why.trim().is_empty() {
                problems.push(format!("{here}: `why` is empty; say what it must show"));
            }
            for goods in reach(&rule.goods, Goods::ALL) {
                let platforms: Vec<String> = if rule.platforms.is_empty() {
                    vec!["every platform".to_owned()]
                } else {
                    rule.platforms.iter().map(ToString::to_string).collect()
                };
                for platform in platforms {
                    if !seen.insert((rule.reason, rule.kind, goods, platform.clone())) {
                        problems.push(format!(
                            "{here}: there is another line for {goods} goods at {platform}; keep one"
                        ));
                    }
                }
            }
        }
        for &reason in Reason::ALL {
            for &goods in Goods::ALL {
                let any = self.rules.iter().any(|rule| {
                    rule.platforms.is_empty()
                        && rule.reason == reason
                        && reach(&rule.goods, Goods::ALL).contains(&goods)
                });
                if !any {
                    problems.push(format!(
                        "nothing is said of {goods} goods disputed as {reason}; add a line without `platforms`"
                    ));
                }
            }
        }
        problems
    }
}

/// The words named, or all.
fn reach<T: Copy>(named: &[T], all: &[T]) -> Vec<T> {
    if named.is_empty() {
        all.to_vec()
    } else {
        named.to_vec()
    }
}

/// What the platform asks the merchant for, in its own words: it comes before the matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The platform's own kind or question.
    pub words: String,
    /// The kind that answers it, where it is known.
    pub kind: Option<EvidenceKind>,
    /// The platform's own type for it, where it has types: what answers it is sent as that.
    pub sent_as: Option<String>,
}

words! {
    /// How complete the evidence was that a case's newest response with evidence carried, for reports that show whether
    /// care pays.
    Band, "evidence band" {
        /// The packet, with all that is required.
        Complete = "complete",
        /// The packet without something that is required, or an answer with proofs that was made by hand.
        Partial = "partial",
        /// Words alone, or a packet with nothing of what is required or useful.
        Empty = "empty",
        /// Answered elsewhere, or before this was kept.
        Unknown = "unknown",
        /// Never answered with evidence.
        NotAnswered = "not_answered",
    }
}

/// A piece of evidence that somebody brought to a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What it shows.
    pub kind: EvidenceKind,
    /// One line about it, printed in the list of exhibits.
    pub title: Option<String>,
    /// Text.
    pub text: Option<String>,
    /// A parcel.
    pub tracking: Option<Tracking>,
    /// A refund's id at the platform.
    pub refund_id: Option<String>,
    /// A file.
    pub file: Option<FileRef>,
    /// Who supplied it, when and from where.
    pub from: Provenance,
    /// Whether nobody at the desk has said yet what it shows: it counts for nothing and goes nowhere until then.
    #[serde(default)]
    pub unconfirmed: bool,
    /// What a person saw on a file whose text cannot be read, such as a photo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
}

/// What somebody at the desk says that a picture shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The parts of a proof of delivery that can be read on it.
    pub shows: Vec<Shows>,
    /// Who looked.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// That a kind does not apply to a case, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotApplicable {
    /// Which kind.
    pub kind: EvidenceKind,
    /// Why.
    pub why: String,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

#[cfg(test)]
mod tests;
