//! Terms of acceptances and offers: amounts, addresses, labels (reference 4, "which action when").

use docket_core::money::Money;
use docket_core::response::{AcceptKind, Address, OfferKind, Response};
use docket_core::sentence;
use docket_core::snapshot::Facts;
use docket_core::words::Reason;

use super::{evidence, vocabulary};
use docket_connector::Problems;

/// Reference 4, row accept-claim.
pub(super) fn accept(problems: &mut Problems, facts: &Facts, response: &Response) {
    let Response::Accept {
        kind,
        reason,
        amount: sum,
        return_address,
        invoice_id,
        shipment,
        files,
        ..
    } = response
    else {
        return;
    };
    match kind {
        AcceptKind::PartialRefund => need_amount(problems, facts, *sum),
        AcceptKind::Refund | AcceptKind::RefundWithReturn | AcceptKind::RefundWithReturnLabel => {
            no_amount(problems, *sum);
        }
    }
    match kind {
        AcceptKind::RefundWithReturn | AcceptKind::RefundWithReturnLabel => {
            need_address(problems, facts, return_address.as_ref());
        }
        AcceptKind::Refund | AcceptKind::PartialRefund => no_address(problems, return_address.as_ref()),
    }
    match kind {
        AcceptKind::RefundWithReturnLabel if shipment.is_empty() && files.is_empty() => {
            problems.add(
                "the shipping label is missing",
                "attach the label or name the parcel's carrier and number",
            );
        }
        AcceptKind::RefundWithReturnLabel => {}
        AcceptKind::Refund | AcceptKind::RefundWithReturn | AcceptKind::PartialRefund => {
            if !shipment.is_empty() {
                problems.add(
                    "a return parcel goes only with a return label",
                    "leave it out or choose `refund_with_return_label`",
                );
            }
        }
    }
    evidence::parcels(problems, shipment);
    if let Some(word) = reason
        && !vocabulary::ACCEPT_REASONS.contains(&word.to_ascii_uppercase().as_str())
    {
        let known = vocabulary::ACCEPT_REASONS.join(", ").to_lowercase();
        problems.add(
            sentence!("`{word}` is no reason for an acceptance", word),
            sentence!("use one of: {known}", known),
        );
    }
    invoice(problems, invoice_id.as_deref());
}

/// Reference 4, row make-offer.
pub(super) fn offer(
    problems: &mut Problems,
    facts: &Facts,
    kind: OfferKind,
    sum: Option<Money>,
    address: Option<&Address>,
) {
    match kind {
        OfferKind::Refund | OfferKind::RefundWithReplacement => {
            need_amount(problems, facts, sum);
            no_address(problems, address);
        }
        OfferKind::RefundWithReturn => {
            need_amount(problems, facts, sum);
            need_address(problems, facts, address);
        }
        OfferKind::ReplacementWithoutRefund => {
            no_amount(problems, sum);
            no_address(problems, address);
        }
    }
}

fn need_amount(problems: &mut Problems, facts: &Facts, sum: Option<Money>) {
    let Some(sum) = sum else {
        return problems.add(
            "an amount is needed",
            sentence!("name one up to {amount}", amount = facts.amount),
        );
    };
    if sum.currency != facts.amount.currency {
        problems.add(
            sentence!(
                "the amount is in {currency}, the dispute in {disputed}",
                currency = sum.currency.code(),
                disputed = facts.amount.currency.code()
            ),
            "use the dispute's currency",
        );
    } else if sum.minor <= 0 || sum.minor > facts.amount.minor {
        problems.add(
            sentence!(
                "{amount} is not between zero and the disputed amount",
                amount = sum
            ),
            sentence!("name up to {amount}", amount = facts.amount),
        );
    }
    if matches!(sum.currency.code(), "HUF" | "TWD") && sum.minor % 100 != 0 {
        problems.add(
            sentence!(
                "PayPal takes no decimals in {currency}",
                currency = sum.currency.code()
            ),
            "round the amount",
        );
    }
}

fn no_amount(problems: &mut Problems, sum: Option<Money>) {
    if sum.is_some() {
        problems.add(
            "this kind takes no amount",
            "leave the amount out or choose a partial refund",
        );
    }
}

/// Reference 4: an address belongs only to internal disputes over goods not as described.
fn address_fits(facts: &Facts) -> bool {
    let internal = facts
        .channel
        .as_deref()
        .is_none_or(|channel| channel == "INTERNAL");
    internal && facts.reason == Reason::NotAsDescribed
}

fn need_address(problems: &mut Problems, facts: &Facts, address: Option<&Address>) {
    if !address_fits(facts) {
        return problems.add(
            "a return can be asked only in disputes at PayPal over goods not as described",
            "choose a refund without a return",
        );
    }
    match address {
        None => problems.add("a return address is needed", "add the address that takes returns"),
        Some(address) => address_form(problems, address),
    }
}

fn no_address(problems: &mut Problems, address: Option<&Address>) {
    if address.is_some() {
        problems.add("this kind takes no return address", "leave the address out");
    }
}

pub(super) fn forbidden_address(problems: &mut Problems, facts: &Facts, address: Option<&Address>) {
    let Some(address) = address else { return };
    if !address_fits(facts) {
        return problems.add(
            "a return address may be given only in disputes at PayPal over goods not as described",
            "leave the address out",
        );
    }
    address_form(problems, address);
}

/// Reference 4: only the country is required; the other parts have greatest lengths.
fn address_form(problems: &mut Problems, address: &Address) {
    let country = address.country.as_str();
    if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_alphabetic()) {
        problems.add(
            "the return address has no country code",
            "use two letters, such as DE",
        );
    }
    let parts = [
        (sentence!("the first line"), &address.line_1, 300),
        (sentence!("the second line"), &address.line_2, 300),
        (sentence!("the city"), &address.city, 120),
        (sentence!("the region"), &address.region, 300),
        (sentence!("the postal code"), &address.postal_code, 60),
    ];
    for (name, part, most) in parts {
        if part.as_ref().is_some_and(|part| part.chars().count() > most) {
            problems.add(
                sentence!("{part} of the address is too long", part = name),
                sentence!("shorten it to {most} characters", most = most),
            );
        }
    }
}

/// 1 to 127 characters.
pub(super) fn invoice(problems: &mut Problems, id: Option<&str>) {
    if id.is_some_and(|id| id.is_empty() || id.chars().count() > 127) {
        problems.add(
            "the invoice number must have 1 to 127 characters",
            "shorten it or leave it out",
        );
    }
}
