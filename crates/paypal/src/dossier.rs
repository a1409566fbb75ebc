//! What a dispute's own body says of the purchase (reference 3): the payment, parcels and messages. PayPal is asked for
//! nothing more.

use docket_connector::{Bodies, Told};
use docket_core::dossier::{Dossier, Fact, Message, Order, Shipment, Writer};
use docket_core::words::Platform;

use crate::map::money;
use crate::wire::{AuthorWord, Dispute, SourceWord, Text, Time};

/// Everything that the body says; nothing where it cannot be read, which reading it as a dispute has told already.
pub(crate) fn dossier(bodies: &Bodies<'_>) -> Dossier {
    let mut dossier = Dossier::default();
    let Some((at, body)) = bodies.dispute else {
        return dossier;
    };
    let Ok(dispute) = serde_json::from_slice::<Dispute<'_>>(body) else {
        return dossier;
    };
    let platform = Platform::PAYPAL;
    let told = Told { platform, at };
    payments(&dispute, told, &mut dossier);
    parcels(&dispute, told, &mut dossier);
    messages(&dispute, told, &mut dossier);
    dossier
}

fn own(text: Option<&Text<'_>>) -> Option<String> {
    let text = text?.as_str().trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A payment is the nearest that PayPal knows of an order: its time is the order's, its references lead to it.
fn payments(dispute: &Dispute<'_>, told: Told, dossier: &mut Dossier) {
    for (index, payment) in dispute.disputed_transactions.iter().flatten().enumerate() {
        let Some(placed_at) = payment.create_time.and_then(Time::at) else {
            continue;
        };
        let texts = [
            &payment.invoice_number,
            &payment.custom,
            &payment.seller_transaction_id,
        ];
        let mut refs: Vec<String> = texts.iter().filter_map(|text| own(text.as_ref())).collect();
        if refs.is_empty() {
            continue;
        }
        let order = Order {
            number: refs.remove(0),
            refs,
            placed_at,
            promised_by: None,
            total: money(payment.gross_amount.as_ref()),
            shipping: None,
            goods: None,
            cancelled_at: None,
            ship_to: None,
            ship_country: None,
        };
        let place = format!("disputed_transactions[{index}].create_time");
        dossier.add(Fact::Order(order), told.in_field(place));
    }
}

/// Parcels that the merchant's side has told PayPal of; what a buyer tracks is a return.
fn parcels(dispute: &Dispute<'_>, told: Told, dossier: &mut Dossier) {
    for (row, evidence) in dispute.evidences.iter().flatten().enumerate() {
        match &evidence.source {
            Some(SourceWord::SubmittedBySeller | SourceWord::SubmittedByPartner) => {}
            Some(
                SourceWord::RequestedFromBuyer
                | SourceWord::RequestedFromSeller
                | SourceWord::SubmittedByBuyer
                | SourceWord::Unknown(_),
            )
            | None => continue,
        }
        let tracking = evidence.evidence_info.iter().flat_map(|info| &info.tracking_info);
        for (index, parcel) in tracking.flatten().enumerate() {
            let shipment = Shipment {
                carrier: own(parcel.carrier_name.as_ref()),
                number: own(parcel.tracking_number.as_ref()),
                url: own(parcel.tracking_url.as_ref()),
                shipped_at: None,
                delivered_at: None,
                received_by: None,
            };
            let place = format!("evidences[{row}].evidence_info.tracking_info[{index}]");
            dossier.add(Fact::Shipment(shipment), told.in_field(place));
        }
    }
}

fn messages(dispute: &Dispute<'_>, told: Told, dossier: &mut Dossier) {
    for (index, message) in dispute.messages.iter().flatten().enumerate() {
        let by = match &message.posted_by {
            Some(AuthorWord::Buyer) => Writer::Buyer,
            Some(AuthorWord::Seller) => Writer::Merchant,
            Some(AuthorWord::Arbiter | AuthorWord::Unknown(_)) | None => continue,
        };
        let (Some(at), Some(text)) = (
            message.time_posted.and_then(Time::at),
            own(message.content.as_ref()),
        ) else {
            continue;
        };
        let place = format!("messages[{index}]");
        dossier.add(Fact::Message(Message { by, at, text }), told.in_field(place));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_dispute_tells_of_payment_parcels_and_messages() {
        let body = json!({
            "disputed_transactions": [
                {"create_time": "2026-01-05T10:00:00Z", "seller_transaction_id": "8AB1", "invoice_number": "INV-7",
                    "gross_amount": {"currency_code": "EUR", "value": "49.90"}},
                {"create_time": "2026-01-06T10:00:00Z"}
            ],
            "evidences": [
                {"source": "SUBMITTED_BY_BUYER", "evidence_info": {"tracking_info": [{"tracking_number": "BACK-1"}]}},
                {"source": "SUBMITTED_BY_SELLER",
                    "evidence_info": {"tracking_info": [{"carrier_name": "DHL", "tracking_number": "JD1"}]}}
            ],
            "messages": [
                {"posted_by": "BUYER", "time_posted": "2026-01-20T08:00:00Z", "content": "Where is it?"},
                {"posted_by": "ARBITER", "time_posted": "2026-01-21T08:00:00Z", "content": "We look at it."}
            ]
        })
        .to_string();
        let at = "2026-02-01T00:00:00Z".parse().unwrap();
        let found = dossier(&Bodies {
            dispute: Some((at, body.as_bytes())),
            order: None,
        });
        let [order] = &found.orders[..] else {
            panic!("{:?}", found.orders)
        };
        assert_eq!(
            (order.fact.number.as_str(), &order.fact.refs[..]),
            ("INV-7", &["8AB1".to_owned()][..])
        );
        assert_eq!(order.fact.total.unwrap().to_string(), "49.90 EUR");
        assert_eq!(order.from.by, "paypal");
        let [parcel] = &found.shipments[..] else {
            panic!("{:?}", found.shipments)
        };
        assert_eq!(parcel.fact.number.as_deref(), Some("JD1"));
        assert_eq!(parcel.from.place, "evidences[1].evidence_info.tracking_info[0]");
        assert_eq!(
            (found.messages.len(), found.messages[0].fact.by),
            (1, Writer::Buyer)
        );
        assert!(
            dossier(&Bodies {
                dispute: Some((at, b"[]")),
                order: None
            })
            .is_empty()
        );
    }
}
