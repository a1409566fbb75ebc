//! What lacks in proofs of a parcel: that it was shipped, and that it was delivered.

use chrono::{Duration, NaiveDate};

use crate::dossier::{Dossier, Movement};
use crate::evidence::{Form, Item, Shows, Situation, carrier, delivery};
use crate::sentence;
use crate::sentence::{Part, Sentence};

pub(super) fn still() -> Sentence {
    sentence!(
        "no scan shows that the parcel moved: a number or a label alone is no proof that it was shipped"
    )
}

/// Whether all that is scanned of the parcels is their labels.
pub(in crate::evidence) fn label_alone(dossier: &Dossier) -> bool {
    let came = dossier
        .shipments
        .iter()
        .any(|parcel| parcel.fact.delivered_at.is_some());
    let mut scans = dossier.scans.iter().map(|scan| scan.fact.movement).peekable();
    !came && scans.peek().is_some() && scans.all(|movement| movement == Movement::LabelCreated)
}

pub(super) fn delivery_complaints(case: &Situation<'_>, item: &Item, content: Option<&str>) -> Vec<Sentence> {
    if item.file.is_none() {
        // Whoever types it may have seen it, or not.
        return vec![sentence!(
            "words alone: a file of the carrier, or the platform's own record, proves it"
        )];
    }
    // A scan is a PDF without a letter of text.
    let text = match (content.filter(|text| !text.trim().is_empty()), &item.seen) {
        (Some(content), _) => content,
        (None, Some(seen)) => return lacking(&seen.shows),
        (None, None) => {
            return vec![sentence!(
                "its text cannot be read here: look at it, and say which of status, date, recipient and parcel it shows"
            )];
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
        sentence!(
            "it says `{words}`: where the parcel arrived after that, bring the document of the delivery alone",
            words
        )
    }));
    complaints.extend(wrong_day(case, text));
    complaints
}

/// A proof of another order, or of a day to come.
fn wrong_day(case: &Situation<'_>, text: &str) -> Option<Sentence> {
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
            sentence!(
                "its day {first} is before the order of {ordered}: it is of another parcel",
                first = *first,
                ordered = ordered.date_naive()
            )
        }
        Some(_) | None => sentence!("its day {first} is still to come", first = *first),
    })
}

/// Another postal code than the order's: a person has to compare.
pub(super) fn other_place(case: &Situation<'_>, content: Option<&str>) -> Option<Sentence> {
    let known = case
        .dossier
        .orders
        .iter()
        .filter_map(|order| order.fact.ship_to.as_deref());
    let known: Vec<String> = known.flat_map(delivery::postcodes).collect();
    let shown = delivery::postcodes(content?);
    let other = shown.first().filter(|_| !known.is_empty())?;
    (!shown.iter().any(|code| known.contains(code))).then(|| {
        sentence!(
            "warning: it shows the postal code {other}, the order went to {known}: compare the addresses",
            other,
            known = known.join(", ")
        )
    })
}

fn lacking(shown: &[Shows]) -> Vec<Sentence> {
    let lacking: Vec<Shows> = Shows::ALL
        .iter()
        .copied()
        .filter(|part| !shown.contains(part))
        .collect();
    if lacking.is_empty() {
        Vec::new()
    } else {
        let lacking: Part = lacking.into_iter().collect();
        vec![sentence!("it does not show: {lacking}", lacking)]
    }
}

pub(super) fn tracking_complaints(item: &Item) -> Vec<Sentence> {
    let Some(tracking) = &item.tracking else {
        return vec![sentence!("no carrier and number in it")];
    };
    form_complaint(&tracking.carrier, &tracking.number)
        .into_iter()
        .collect()
}

/// Words and numbers need a scan; a file is looked at by a person.
pub(super) fn shipment_complaints(case: &Situation<'_>, item: &Item) -> Vec<Sentence> {
    if item.file.is_some() {
        return Vec::new();
    }
    let Some(tracking) = &item.tracking else {
        return vec![still()];
    };
    let mut complaints: Vec<Sentence> = form_complaint(&tracking.carrier, &tracking.number)
        .into_iter()
        .collect();
    if !moved(case.dossier, &tracking.number) {
        complaints.push(still());
    }
    complaints
}

/// Whether a carrier's scan shows that the parcel was on its way. A scan without a number is of the order's parcel.
pub(super) fn moved(dossier: &Dossier, number: &str) -> bool {
    let of = |known: Option<&str>| known.is_none_or(|known| known == number);
    let scanned = dossier
        .scans
        .iter()
        .any(|scan| scan.fact.movement != Movement::LabelCreated && of(scan.fact.number.as_deref()));
    let came = dossier
        .shipments
        .iter()
        .any(|parcel| parcel.fact.delivered_at.is_some() && parcel.fact.number.as_deref() == Some(number));
    scanned || came
}

/// Whether a carrier's scan or delivery shows that any parcel was on its way.
pub(super) fn shipped(dossier: &Dossier) -> bool {
    let scanned = dossier
        .scans
        .iter()
        .any(|scan| scan.fact.movement != Movement::LabelCreated);
    scanned || dossier.delivered().is_some()
}

pub(super) fn form_complaint(carrier: &str, number: &str) -> Option<Sentence> {
    match carrier::form(carrier, number) {
        Form::Fits | Form::UnknownCarrier => None,
        Form::Unusual => Some(sentence!(
            "{number} does not look like a number of {carrier}: compare it with the label",
            number,
            carrier
        )),
    }
}
