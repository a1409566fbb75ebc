//! What a document of the carrier must show to prove a delivery: status, date, address or recipient, and which parcel
//! (`domain.md` C22 and D2: a proof that lacks one of them loses, and costs a fee).

mod dates;
mod places;
mod status;

use crate::words::words;

pub(super) use dates::days;
pub(super) use places::postcodes;
pub(super) use status::denial;

words! {
    /// What a proof of delivery must show.
    Shows, "part of a proof of delivery" {
        /// That it was delivered.
        Status = "status",
        /// When.
        Date = "date",
        /// To whom or where.
        Recipient = "recipient",
        /// Which parcel or order.
        Parcel = "parcel",
    }
}

const RECIPIENT: &[&str] = &[
    "recipient",
    "received by",
    "signed by",
    "signed for",
    "delivered to",
    "delivery address",
    "ship to",
    "ontvanger",
    "ontvangen door",
    "afgegeven aan",
    "adres",
    "afleveradres",
    "bezorgadres",
    "mottagare",
    "mottagen av",
    "kvitterad av",
    "leveransadress",
    "empfänger",
    "empfangen von",
    "zugestellt an",
    "lieferadresse",
];
/// What stands behind a label where nothing is known.
const NOBODY: &[&str] = &[
    "n/a",
    "na",
    "none",
    "unknown",
    "unbekannt",
    "onbekend",
    "okänd",
    "keine",
    "geen",
    "ingen",
];

/// What a document's text shows. `places` are the address and the recipient as they are known, `parcels` tracking numbers
/// and references of the order.
pub fn shows(text: &str, places: &[&str], parcels: &[&str]) -> Vec<Shows> {
    let tight = squeezed(text);
    let known = |names: &[&str]| {
        names.iter().any(|name| {
            let name = squeezed(name);
            name.len() >= 4 && tight.contains(&name)
        })
    };
    let mut shown = Vec::new();
    if status::delivered(text) && denial(text).is_none() {
        shown.push(Shows::Status);
    }
    if !days(text).is_empty() {
        shown.push(Shows::Date);
    }
    if known(places) || names_recipient(&text.to_lowercase()) {
        shown.push(Shows::Recipient);
    }
    if known(parcels) {
        shown.push(Shows::Parcel);
    }
    shown
}

/// Letters and digits only, in lower case: numbers are printed in groups, addresses over lines.
fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether somebody stands behind a word for the recipient, on its line or on the next one.
fn names_recipient(lower: &str) -> bool {
    RECIPIENT.iter().any(|label| {
        lower.match_indices(label).any(|(at, _)| {
            let rest = &lower[at + label.len()..];
            let whole = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
            if !whole(lower[..at].chars().next_back()) || !whole(rest.chars().next()) {
                return false;
            }
            let mut lines = rest
                .lines()
                .map(|line| line.trim_matches(|c: char| !c.is_alphanumeric() && c != ':'));
            let here = lines.next().unwrap_or_default().trim_start_matches([':', ' ']);
            let value = if here.is_empty() {
                lines.next().unwrap_or_default()
            } else {
                here
            };
            // A word with a colon is the next label, not a name.
            let next_label = value.split_whitespace().take(2).any(|word| word.ends_with(':'));
            let letters = value.chars().filter(|c| c.is_alphabetic()).count();
            letters >= 2 && !next_label && !NOBODY.contains(&value)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str =
        "PostNL\nZending 3SABCD 1234567\nBezorgd op 24-11-2026 om 14:05\nOntvanger: T. Sandelin, Utrecht";

    #[test]
    fn a_whole_proof_shows_everything() {
        assert_eq!(shows(WHOLE, &[], &["3SABCD1234567"]), Shows::ALL);
    }

    #[test]
    fn each_part_that_lacks_is_told() {
        let lacks = |text: &str| {
            let shown = shows(text, &["Ahornweg 3, Hamburg"], &["HE00417722"]);
            Shows::ALL
                .iter()
                .copied()
                .filter(|part| !shown.contains(part))
                .collect::<Vec<_>>()
        };
        assert_eq!(lacks("Zugestellt 24.11.2026, HE00417722"), [Shows::Recipient]);
        assert_eq!(
            lacks("Delivered Nov 24, 2026 to Ahornweg 3\nHamburg"),
            [Shows::Parcel]
        );
        assert_eq!(
            lacks("Label created 2026-11-24 for HE00417722, recipient: Sandelin"),
            [Shows::Status]
        );
        assert_eq!(
            lacks("Delivered to the recipient of HE 0041 7722 at 14:05"),
            [Shows::Date]
        );
        assert_eq!(lacks(""), Shows::ALL);
    }

    #[test]
    fn what_did_not_arrive_is_no_delivery() {
        for said in [
            "Status: not delivered, returned to sender",
            "Undelivered",
            "The parcel could not be\ndelivered",
            "Die Sendung konnte nicht zugestellt werden",
            "Nicht zugestellt",
            "Niet bezorgd",
            "Het pakket kon niet worden bezorgd",
            "Ej levererad",
            "Inte utlämnad",
            "Delivered: no",
            "Delivered to depot, return to sender",
            "Zugestellt am Depot, zurück an den Absender",
            "Retour afzender, afgeleverd",
            "Levererad till terminal, retur till avsändaren",
            "Delivery attempt failed, will be delivered tomorrow",
            "Zustellversuch, abgeholt nein",
            "It will be delivered soon",
            "Wird heute zugestellt",
            "Wordt morgen bezorgd",
            "aangeleverd",
        ] {
            let text = format!("HE00417722 24.11.2026\nRecipient: T. Sandelin\n{said}");
            let shown = shows(&text, &[], &["HE00417722"]);
            assert!(!shown.contains(&Shows::Status), "{said}");
        }
        for said in [
            "Delivered",
            "Signature: not required. Delivered",
            "Signature not required\nDelivered in the mailbox",
            "Wurde zugestellt. Nicht vergessen: bewerten Sie uns",
            "Bezorgd bij de buren",
            "Utlämnad till mottagaren",
            "Delivered. Goods can be returned within 14 days.",
        ] {
            assert!(shows(said, &[], &[]).contains(&Shows::Status), "{said}");
        }
    }

    #[test]
    fn what_was_tried_in_vain_and_delivered_on_a_later_day_is_delivered() {
        let says = |text: &str| shows(text, &[], &[]).contains(&Shows::Status);
        assert!(says(
            "20-11-2026 Delivery attempt failed, card left\n21-11-2026 Delivered, signed by Sandelin"
        ));
        assert!(says("21.11.2026 Zugestellt\n20.11.2026 Zustellversuch erfolglos"));
        for other in [
            // The other way round, on one day, without a day, or with more than a try against it.
            "20-11-2026 Delivered to depot\n21-11-2026 Delivery attempt failed",
            "21-11-2026 Delivery attempt failed\n21-11-2026 Delivered",
            "Delivery attempt failed\n21-11-2026 Delivered",
            "20-11-2026 Delivery attempt failed\nDelivered",
            "20-11-2026 Delivery attempt failed, refused\n21-11-2026 Delivered",
            "20-11-2026 Delivery attempt\n21-11-2026 Delivered\n22-11-2026 Returned to sender",
            // The third of April or the fourth of March.
            "04/03/2026 Delivery attempt\n03/04/2026 Delivered",
        ] {
            assert!(!says(other), "{other}");
        }
    }

    #[test]
    fn a_label_without_a_name_is_no_recipient() {
        for nobody in [
            "Recipient:",
            "Recipient:\nDate: 2026-11-24",
            "Recipient: Status: delivered",
            "Signed by: -",
            "Ontvanger: onbekend",
            "Empfänger: n/a",
        ] {
            assert!(!shows(nobody, &[], &[]).contains(&Shows::Recipient), "{nobody}");
        }
        for somebody in [
            "Recipient: Sandelin",
            "Empfänger\nT. Sandelin",
            "signed by T. Sandelin",
            "Mottagare: Åsa Öberg",
        ] {
            assert!(
                shows(somebody, &[], &[]).contains(&Shows::Recipient),
                "{somebody}"
            );
        }
    }
}
