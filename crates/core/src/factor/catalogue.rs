//! Which factors a report compares, by which levels, beside which level, and what to change where one of them costs
//! (`domain.md` E1 to E3).

use super::FactorKind;
use super::answers::UP_TO_24H;
use super::goods::NO_COMPLAINT;

/// How the values of a factor become levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Levels {
    /// Each word is a level.
    Words,
    /// Whole numbers up to and with each end, and a last band for what lies beyond.
    Bands(&'static [(i64, &'static str)], &'static str),
}

/// One factor of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The factor.
    pub kind: FactorKind,
    /// Named before anybody looked at results: at most eight (E3.7). The others answer to Benjamini and Hochberg.
    pub pre_named: bool,
    /// Its levels.
    pub levels: Levels,
    /// The level that the others are compared with; none means the one with most decided cases.
    pub reference: Option<&'static str>,
    /// The setting or habit to look at.
    pub advice: &'static str,
}

const fn named(kind: FactorKind, levels: Levels, reference: &'static str, advice: &'static str) -> Entry {
    Entry {
        kind,
        pre_named: true,
        levels,
        reference: Some(reference),
        advice,
    }
}

const fn further(
    kind: FactorKind,
    levels: Levels,
    reference: Option<&'static str>,
    advice: &'static str,
) -> Entry {
    Entry {
        kind,
        pre_named: false,
        levels,
        reference,
        advice,
    }
}

const HANDLING: Levels = Levels::Bands(&[(24, "up_to_24h"), (72, "25_to_72h")], "over_72h");
const TRANSIT: Levels = Levels::Bands(&[(48, "up_to_48h"), (120, "49_to_120h")], "over_120h");
/// Two working days are the target for a first reply (A44).
const REPLY: Levels = Levels::Bands(&[(48, "up_to_48h"), (96, "49_to_96h")], "over_96h");
/// Fourteen days are the law's limit for a refund (A41).
const REFUND: Levels = Levels::Bands(&[(336, "up_to_14d")], "over_14d");
/// Of the items of which anybody knows how they stand, in percent.
const SCORE: Levels = Levels::Bands(
    &[(49, "below_50"), (79, "50_to_79"), (99, "80_to_99")],
    "all_passed",
);
const LATE: Levels = Levels::Bands(&[(3, "1_to_3d"), (7, "4_to_7d")], "over_7d");

/// Every factor that has levels. The first eight are named before.
pub const CATALOGUE: &[Entry] = &[
    named(
        FactorKind::DeliveryTiming,
        Levels::Words,
        "on_time",
        "Promise the days that the carrier keeps, ship earlier or change the carrier; tell buyers of a delay before the promised day.",
    ),
    named(
        FactorKind::TrackingKnown,
        Levels::Words,
        "true",
        "Have every shipment's carrier and tracking number passed to the platform when it leaves.",
    ),
    named(
        FactorKind::HandlingHours,
        HANDLING,
        "up_to_24h",
        "Hand parcels to the carrier within a day of the order; show stock-outs before the order.",
    ),
    named(
        FactorKind::FirstReplyHours,
        REPLY,
        "up_to_48h",
        "Answer a buyer's first message within two working days; name a deputy for absences.",
    ),
    named(
        FactorKind::MerchantContactedOutcome,
        Levels::Words,
        "responded",
        "Have messages of buyers answered before they become disputes, and keep the answers as evidence.",
    ),
    named(
        FactorKind::SellerProtectionEligible,
        Levels::Words,
        "true",
        "Ship to the address of the transaction, with tracking, within the platform's time for seller protection.",
    ),
    named(
        FactorKind::SkuComplaintBand,
        Levels::Words,
        NO_COMPLAINT,
        "Look at the goods with the most complaints for each unit sold: description, pictures, packing, supplier; stop selling those that stay above the median.",
    ),
    // Not in stored levels; see `ClientAnswerTime`.
    named(
        FactorKind::ClientAnswerTime,
        Levels::Words,
        UP_TO_24H,
        "Answer the agency's questions within a day; name a deputy for absences, and say where proofs of delivery and descriptions are kept.",
    ),
    further(
        FactorKind::AddressesMatch,
        Levels::Words,
        Some("true"),
        "Look at orders whose shipping address differs from the billing address before they ship; ask for a signature.",
    ),
    further(
        FactorKind::RefundLatencyHours,
        REFUND,
        Some("up_to_14d"),
        "Book refunds within 14 days of the return; let whoever receives returns release them.",
    ),
    further(
        FactorKind::DeliveryReceived,
        Levels::Words,
        Some("true"),
        "Keep the carrier's proof of delivery, with a signature for dear goods.",
    ),
    further(
        FactorKind::DeliveryStatus,
        Levels::Words,
        Some("delivered"),
        "Watch parcels that stand still, and write to the buyer first.",
    ),
    further(
        FactorKind::DeliveryLateDays,
        LATE,
        Some("1_to_3d"),
        "Promise the days that the carrier keeps; offer a way out before a delay grows.",
    ),
    further(
        FactorKind::TransitHours,
        TRANSIT,
        Some("up_to_48h"),
        "Compare the carriers' transit times; promise what the slower one keeps.",
    ),
    further(
        FactorKind::Carrier,
        Levels::Words,
        None,
        "Ask this carrier for proofs of delivery that the platform takes, or use another one.",
    ),
    further(
        FactorKind::ProductIssue,
        Levels::Words,
        None,
        "Check packing, pictures and descriptions of the goods that this complaint names.",
    ),
    further(
        FactorKind::ReturnStatus,
        Levels::Words,
        None,
        "Register returns on arrival, at the platform too.",
    ),
    further(
        FactorKind::ReturnReason,
        Levels::Words,
        None,
        "Check the description and quality of the goods that come back for this reason.",
    ),
    further(
        FactorKind::SellerProtectionType,
        Levels::Words,
        None,
        "Meet the conditions of the platform's seller protection: address, tracking, time.",
    ),
    further(
        FactorKind::MerchantContacted,
        Levels::Words,
        None,
        "Show buyers where to write, and answer there.",
    ),
    further(
        FactorKind::RiskLevel,
        Levels::Words,
        None,
        "Act on the platform's risk mark: look at such orders before they ship, capture by hand.",
    ),
    further(
        FactorKind::AvsResult,
        Levels::Words,
        None,
        "Look at orders whose address check fails before they ship.",
    ),
    further(
        FactorKind::CvvResult,
        Levels::Words,
        None,
        "Refuse payments whose card code does not match, or use 3-D Secure.",
    ),
    further(
        FactorKind::SettingsScore,
        SCORE,
        Some("all_passed"),
        "Put right what does not stand as it should in the settings checklists; each item is a factor of its own.",
    ),
];

/// Longest name of a level, in letters.
const LONGEST: usize = 60;

/// The source recorded that it is not known. Never merged with any other level.
pub const UNKNOWN: &str = "unknown";
/// Sources contradict one another, or name several.
pub const SEVERAL: &str = "several";
/// Nothing was recorded up to the opening of the dispute.
pub const NOT_RECORDED: &str = "not_recorded";

impl Entry {
    /// A factor's entry; none for instants, amounts and identities, which have no levels, and for what is known only after
    /// the decision.
    pub fn of(kind: FactorKind) -> Option<&'static Self> {
        CATALOGUE.iter().find(|entry| entry.kind == kind)
    }

    /// The level of a value.
    pub fn level(&self, value: &str) -> String {
        match self.levels {
            Levels::Words => {
                // Only letters, digits and `_`, so that a level can stand in a command, a table and a file as it is.
                let parts = value.split(|c: char| !c.is_alphanumeric() && c != '_');
                let words: Vec<String> = parts.filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
                if words.is_empty() {
                    UNKNOWN.to_owned()
                } else {
                    words.join("_").chars().take(LONGEST).collect()
                }
            }
            Levels::Bands(ends, beyond) => match value.trim().parse::<i64>() {
                Ok(number) if number >= 0 => ends
                    .iter()
                    .find(|(end, _)| number <= *end)
                    .map_or(beyond, |(_, name)| name)
                    .to_owned(),
                // No number, or one that cannot be: nothing is known.
                Ok(_) | Err(_) => UNKNOWN.to_owned(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::factor::FactorGroup;

    #[test]
    fn eight_factors_are_named_before_of_all_that_the_agency_promises_and_none_is_known_only_after_the_decision()
     {
        assert!(CATALOGUE.iter().filter(|e| e.pre_named).count() <= 8);
        for group in [
            FactorGroup::Delivery,
            FactorGroup::Product,
            FactorGroup::Settings,
            FactorGroup::Organisation,
        ] {
            assert!(
                CATALOGUE[..8]
                    .iter()
                    .any(|e| e.pre_named && e.kind.group() == group),
                "{group}"
            );
        }
        for (at, entry) in CATALOGUE.iter().enumerate() {
            assert!(!entry.kind.known_after_decision(), "{}", entry.kind);
            assert_eq!(Entry::of(entry.kind), Some(&CATALOGUE[at]), "named once");
        }
    }

    #[test]
    fn what_has_no_levels_is_an_instant_an_amount_or_an_identity() {
        let without: Vec<&str> = FactorKind::ALL
            .iter()
            .filter(|kind| !kind.known_after_decision() && Entry::of(**kind).is_none())
            .map(|kind| kind.as_str())
            .collect();
        let known = [
            "delivery_expected_by",
            "delivery_received_at",
            "ordered_at",
            "delivery_promised_by",
            "shipped_at",
            "delivered_at",
            // A group of the win-rate report.
            "shipping_country",
            "product_sku",
            // Counted when a case is shown, not recorded against it.
            "sku_complaints",
            "refunded_amount",
            "refunded_at",
            "refund_policy_changed_at",
            "shipping_policy_changed_at",
            "client_answer_hours",
            "sku_complaint_rate",
            // The agency's own part is chosen after the case was seen (`domain.md` E4): it explains no opening.
            "hours_left_at_submission",
            "evidence_band",
            "evidence_completeness",
            "delivery_proof_standing",
            "evidence_matrix",
            "packet_language",
            "reviewer",
        ];
        assert_eq!(without, known);
    }

    #[test]
    fn values_become_levels() {
        let level = |kind, value: &str| Entry::of(kind).unwrap().level(value);
        assert_eq!(level(FactorKind::HandlingHours, "24"), "up_to_24h");
        assert_eq!(level(FactorKind::HandlingHours, "25"), "25_to_72h");
        assert_eq!(level(FactorKind::HandlingHours, "1000"), "over_72h");
        assert_eq!(level(FactorKind::HandlingHours, "-1"), UNKNOWN);
        assert_eq!(level(FactorKind::HandlingHours, "soon"), UNKNOWN);
        assert_eq!(level(FactorKind::Carrier, " DHL  Express "), "dhl_express");
        assert_eq!(level(FactorKind::Carrier, "=GLS, \"Inc\"; $(ls)\n"), "gls_inc_ls");
        assert_eq!(level(FactorKind::Carrier, " "), UNKNOWN);
        assert_eq!(
            level(FactorKind::ReturnReason, &"ä".repeat(100)).chars().count(),
            LONGEST
        );
        assert_eq!(level(FactorKind::DeliveryTiming, "unknown"), UNKNOWN);
    }

    #[test]
    fn references_are_levels_of_their_factor() {
        for entry in CATALOGUE {
            if let (Levels::Bands(ends, beyond), Some(reference)) = (entry.levels, entry.reference) {
                let known = ends.iter().any(|(_, name)| *name == reference) || beyond == reference;
                assert!(known, "{}", entry.kind);
            }
        }
    }
}
