//! The JSON of each action (reference 2 and 4).

use docket_core::money::Money;
use docket_core::response::{
    AcceptKind, Address, EvidenceItem, FileRef, OfferKind, Response, ReturnState, Tracking,
};
use serde_json::{Map, Value, json};

use crate::check::carrier;

/// The body, or with files the part `input`.
pub(crate) fn input(response: &Response) -> Value {
    match response {
        Response::Contest {
            evidence,
            return_address,
            proposed_refund: _,
        } => {
            let mut body = Body::default();
            body.put("evidences", Some(evidences(evidence)));
            body.put("return_shipping_address", return_address.as_ref().map(address));
            body.done()
        }
        Response::Appeal { evidence } => json!({"evidences": evidences(evidence)}),
        Response::Accept {
            kind,
            note,
            reason,
            amount: sum,
            return_address,
            invoice_id,
            shipment,
            files,
        } => {
            let mut body = Body::default();
            body.put("note", Some(note.as_str().into()));
            // A note alone would be a full refund (reference 9, 14): the type is always named.
            body.put("accept_claim_type", Some(accept_kind(*kind).into()));
            body.put(
                "accept_claim_reason",
                reason.as_ref().map(|word| word.to_ascii_uppercase().into()),
            );
            body.put("refund_amount", sum.map(amount));
            body.put("return_shipping_address", return_address.as_ref().map(address));
            body.put("invoice_id", invoice_id.as_deref().map(Value::from));
            body.put("return_shipment_info", labels(shipment, files));
            body.done()
        }
        Response::Offer {
            kind,
            note,
            amount: sum,
            return_address,
            invoice_id,
        } => {
            let mut body = Body::default();
            body.put("note", Some(note.as_str().into()));
            body.put("offer_type", Some(offer_kind(*kind).into()));
            body.put("offer_amount", sum.map(amount));
            body.put("return_shipping_address", return_address.as_ref().map(address));
            body.put("invoice_id", invoice_id.as_deref().map(Value::from));
            body.done()
        }
        Response::Message { text, .. } => json!({"message": text}),
        Response::Escalate { note } => json!({"note": note}),
        Response::SupportingInfo { note, .. } => json!({"notes": note}),
        Response::AcknowledgeReturn { kind, note, evidence } => {
            let mut body = Body::default();
            body.put("note", note.as_deref().map(Value::from));
            body.put("acknowledgement_type", Some(return_state(*kind).into()));
            body.put("evidences", (!evidence.is_empty()).then(|| evidences(evidence)));
            body.done()
        }
    }
}

/// An object that leaves out what is not there: PayPal refuses fields that do not belong.
#[derive(Default)]
struct Body(Map<String, Value>);

impl Body {
    fn put(&mut self, field: &str, value: Option<Value>) {
        if let Some(value) = value {
            self.0.insert(field.to_owned(), value);
        }
    }

    fn done(self) -> Value {
        Value::Object(self.0)
    }
}

fn evidences(items: &[EvidenceItem]) -> Value {
    items.iter().map(evidence).collect()
}

fn evidence(item: &EvidenceItem) -> Value {
    let mut info = Body::default();
    info.put(
        "tracking_info",
        (!item.tracking.is_empty()).then(|| item.tracking.iter().map(tracking).collect()),
    );
    info.put(
        "refund_ids",
        (!item.refund_ids.is_empty()).then(|| item.refund_ids.clone().into()),
    );
    let mut body = Body::default();
    body.put("evidence_type", Some(item.kind.to_ascii_uppercase().into()));
    body.put("evidence_info", (!info.0.is_empty()).then(|| info.done()));
    body.put(
        "documents",
        (!item.files.is_empty()).then(|| documents(&item.files)),
    );
    body.put("notes", item.note.as_deref().map(Value::from));
    body.put("item_id", item.item_id.as_deref().map(Value::from));
    body.done()
}

fn documents(files: &[FileRef]) -> Value {
    files.iter().map(|file| json!({"name": file.name})).collect()
}

fn tracking(parcel: &Tracking) -> Value {
    let (code, other) = carrier(&parcel.carrier);
    let mut body = Body::default();
    body.put("carrier_name", Some(code.into()));
    body.put("carrier_name_other", other.map(Value::from));
    body.put("tracking_number", Some(parcel.number.as_str().into()));
    body.put("tracking_url", parcel.url.as_deref().map(Value::from));
    body.done()
}

/// One row per parcel, each with its label's file where there is one.
fn labels(shipment: &[Tracking], files: &[FileRef]) -> Option<Value> {
    let rows = shipment.len().max(files.len());
    let row = |index: usize| {
        let mut body = Body::default();
        body.put(
            "shipment_label",
            files.get(index).map(|file: &FileRef| json!({"name": file.name})),
        );
        body.put("tracking_info", shipment.get(index).map(tracking));
        body.done()
    };
    (rows > 0).then(|| (0..rows).map(row).collect())
}

fn address(address: &Address) -> Value {
    let mut body = Body::default();
    body.put("address_line_1", address.line_1.as_deref().map(Value::from));
    body.put("address_line_2", address.line_2.as_deref().map(Value::from));
    body.put("admin_area_2", address.city.as_deref().map(Value::from));
    body.put("admin_area_1", address.region.as_deref().map(Value::from));
    body.put("postal_code", address.postal_code.as_deref().map(Value::from));
    body.put("country_code", Some(address.country.to_ascii_uppercase().into()));
    body.done()
}

fn amount(money: Money) -> Value {
    json!({"currency_code": money.currency.code(), "value": decimal(money)})
}

/// PayPal takes no decimals for the forint and the Taiwan dollar, though ISO 4217 gives them two (PayPal's page on
/// currency codes); whether cents stand there is checked before.
fn decimal(money: Money) -> String {
    let text = money.decimal();
    match text.strip_suffix(".00") {
        Some(whole) if matches!(money.currency.code(), "HUF" | "TWD") => whole.to_owned(),
        Some(_) | None => text,
    }
}

const fn accept_kind(kind: AcceptKind) -> &'static str {
    match kind {
        AcceptKind::Refund => "REFUND",
        AcceptKind::RefundWithReturn => "REFUND_WITH_RETURN",
        AcceptKind::PartialRefund => "PARTIAL_REFUND",
        AcceptKind::RefundWithReturnLabel => "REFUND_WITH_RETURN_SHIPMENT_LABEL",
    }
}

const fn offer_kind(kind: OfferKind) -> &'static str {
    match kind {
        OfferKind::Refund => "REFUND",
        OfferKind::RefundWithReturn => "REFUND_WITH_RETURN",
        OfferKind::RefundWithReplacement => "REFUND_WITH_REPLACEMENT",
        OfferKind::ReplacementWithoutRefund => "REPLACEMENT_WITHOUT_REFUND",
    }
}

const fn return_state(kind: ReturnState) -> &'static str {
    match kind {
        ReturnState::ItemReceived => "ITEM_RECEIVED",
        ReturnState::ItemNotReceived => "ITEM_NOT_RECEIVED",
        ReturnState::Damaged => "DAMAGED",
        ReturnState::EmptyPackageOrDifferent => "EMPTY_PACKAGE_OR_DIFFERENT",
        ReturnState::MissingItems => "MISSING_ITEMS",
    }
}
