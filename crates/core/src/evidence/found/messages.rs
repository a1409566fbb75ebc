//! What buyer and merchant wrote, as leads: a program finds the words, a person says what they mean.

use chrono::{DateTime, Utc};

use super::{Found, first_words};
use crate::dossier::{Dossier, Message, Writer};
use crate::evidence::EvidenceKind;
use crate::sentence;

/// Messages of a line at most, the newest of them.
const MOST: usize = 5;

const NOT: &[&str] = &[
    "not", "never", "no", "nothing", "didn", "haven", "hasn", "wasn", "isn", "nicht", "nie", "kein", "keine",
    "nichts", "niet", "nooit", "geen", "niets", "ej", "inte", "aldrig", "inget", "ingen",
];
/// It came.
const CAME: &[&str] = &[
    "arrived",
    "received",
    "delivered",
    "came",
    "angekommen",
    "erhalten",
    "bekommen",
    "eingetroffen",
    "aangekomen",
    "ontvangen",
    "gekregen",
    "bezorgd",
    "mottagit",
    "mottog",
    "fått",
    "kommit",
    "anlänt",
];
/// He bought it.
const BOUGHT: &[&str] = &[
    "order",
    "ordered",
    "buy",
    "bought",
    "purchase",
    "purchased",
    "authorise",
    "authorised",
    "authorize",
    "authorized",
    "bestellt",
    "bestellung",
    "gekauft",
    "kauf",
    "besteld",
    "bestelling",
    "gekocht",
    "beställt",
    "beställning",
    "beställde",
    "köpt",
    "köpte",
    "köp",
];
/// What helps the buyer.
const REMEDY: &[&str] = &[
    "replace",
    "replacement",
    "exchange",
    "repair",
    "refund",
    "return",
    "label",
    "discount",
    "voucher",
    "ersatz",
    "ersetzen",
    "umtausch",
    "umtauschen",
    "reparatur",
    "erstatten",
    "erstattung",
    "rücksendung",
    "retoure",
    "gutschein",
    "nachlass",
    "vervangen",
    "vervanging",
    "omruilen",
    "reparatie",
    "terugbetalen",
    "terugbetaling",
    "retour",
    "retourlabel",
    "korting",
    "ersätta",
    "ersättning",
    "byta",
    "byte",
    "reparera",
    "återbetala",
    "återbetalning",
    "retur",
    "rabatt",
];
/// He takes something back …
const BACK: &[&str] = &[
    "withdraw",
    "withdrawing",
    "withdrawn",
    "close",
    "closed",
    "cancel",
    "cancelled",
    "canceled",
    "zurückziehen",
    "zurückgezogen",
    "ziehe",
    "schließen",
    "intrekken",
    "ingetrokken",
    "trek",
    "sluiten",
    "återkalla",
    "återkallar",
    "drar",
    "dra",
    "stänga",
];
/// … which is his dispute.
const DISPUTE: &[&str] = &[
    "dispute",
    "claim",
    "case",
    "chargeback",
    "complaint",
    "fall",
    "beschwerde",
    "reklamation",
    "rückbuchung",
    "geschil",
    "zaak",
    "klacht",
    "claim",
    "tvist",
    "tvisten",
    "ärendet",
    "reklamationen",
];

/// The sentences in lower case that assert something, each as its words.
fn sentences(text: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for sentence in text.split_inclusive(['.', '!', '?', '\n']) {
        if sentence.ends_with('?') {
            continue;
        }
        let words = sentence.split(|c: char| !c.is_alphanumeric());
        let words = words.filter(|word| !word.is_empty()).map(str::to_lowercase);
        found.push(words.collect());
    }
    found
}

fn has(sentence: &[String], words: &[&str]) -> bool {
    sentence.iter().any(|word| words.contains(&word.as_str()))
}

/// Whether it may be what this kind of evidence is.
fn speaks(kind: EvidenceKind, message: &Message, opened_at: DateTime<Utc>) -> bool {
    let any = |test: &dyn Fn(&[String]) -> bool| sentences(&message.text).iter().any(|words| test(words));
    let buyer = message.by == Writer::Buyer;
    match kind {
        EvidenceKind::ReceiptConfirmed => buyer && any(&|words| has(words, CAME) && !has(words, NOT)),
        // Who writes about an order before he disputes it knows of it, unless he says that it is not his.
        EvidenceKind::PurchaseAdmitted => {
            buyer && message.at < opened_at && !any(&|words| has(words, BOUGHT) && has(words, NOT))
        }
        EvidenceKind::Withdrawal => {
            buyer && any(&|words| has(words, BACK) && has(words, DISPUTE) && !has(words, NOT))
        }
        EvidenceKind::RemedyOffered => !buyer && any(&|words| has(words, REMEDY) && !has(words, NOT)),
        _ => false,
    }
}

impl Found {
    /// Messages that may say it. They never suffice by themselves.
    pub(super) fn messages(&mut self, dossier: &Dossier, kind: EvidenceKind, opened_at: DateTime<Utc>) {
        let mut said: Vec<_> = dossier
            .messages
            .iter()
            .filter(|known| speaks(kind, &known.fact, opened_at))
            .collect();
        if said.is_empty() {
            return;
        }
        said.sort_by_key(|known| std::cmp::Reverse(known.fact.at));
        let left = said.len().saturating_sub(MOST);
        for known in said.into_iter().take(MOST) {
            let Message { by, at, text } = &known.fact;
            let said = sentence!(
                "{by} wrote {day}: {words}",
                by = *by,
                day = at.date_naive(),
                words = first_words(text)
            );
            self.fact(said, &known.from);
        }
        if left > 0 {
            self.notes
                .push(sentence!("{left} older messages may say it, too", left));
        }
        self.notes.push(sentence!(
            "read what was written: where it says so, bring the message as evidence, as a text or a file"
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speaks_of(kind: EvidenceKind, by: Writer, text: &str) -> bool {
        let opened = "2026-11-20T00:00:00Z".parse().unwrap();
        let at = "2026-11-10T00:00:00Z".parse().unwrap();
        let text = text.to_owned();
        speaks(kind, &Message { by, at, text }, opened)
    }

    #[test]
    fn leads_are_found_in_four_languages_and_denials_are_none() {
        for text in [
            "Hi. The lamp arrived today, thanks!",
            "Das Paket ist angekommen",
            "Ik heb het pakket ontvangen.",
            "Jag har fått paketet",
        ] {
            assert!(
                speaks_of(EvidenceKind::ReceiptConfirmed, Writer::Buyer, text),
                "{text}"
            );
            assert!(
                !speaks_of(EvidenceKind::ReceiptConfirmed, Writer::Merchant, text),
                "{text}"
            );
        }
        for text in [
            "Has it arrived?",
            "It has not arrived",
            "Ist nicht angekommen",
            "Nog niet ontvangen.",
            "Har inte fått det",
            "Where is it",
        ] {
            assert!(
                !speaks_of(EvidenceKind::ReceiptConfirmed, Writer::Buyer, text),
                "{text}"
            );
        }
        let offered = |text| speaks_of(EvidenceKind::RemedyOffered, Writer::Merchant, text);
        assert!(offered("We send you a replacement.") && offered("Wir bieten Ihnen einen Umtausch an"));
        assert!(!offered("We do not refund.") && !offered("Thank you for writing."));
        let taken_back = |text| speaks_of(EvidenceKind::Withdrawal, Writer::Buyer, text);
        assert!(taken_back("I will close the dispute.") && taken_back("Ich ziehe die Beschwerde zurück"));
        assert!(!taken_back("I will not close the dispute.") && !taken_back("Please cancel my order"));
    }

    #[test]
    fn who_wrote_of_the_order_before_the_dispute_knows_of_it() {
        let admits = |text| speaks_of(EvidenceKind::PurchaseAdmitted, Writer::Buyer, text);
        assert!(admits("Can the lamp come on Friday?"));
        assert!(!admits("I did not order this."));
        assert!(!admits("Das habe ich nie bestellt!"));
    }
}
