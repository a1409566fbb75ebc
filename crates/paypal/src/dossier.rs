//! What a dispute's own body says of the purchase (reference 3): the payment, parcels and messages. PayPal is asked for
//! nothing more, and says nowhere where the goods went: the only address in its schema is that for returns.

use docket_connector::{Bodies, Told};
use docket_core::dossier::{Dossier, Fact, Goods, Message, Order, Shipment, Writer};
use docket_core::words::Platform;

use crate::map::money;
use crate::wire::{AuthorWord, Dispute, IssueWord, ItemWord, SourceWord, Text, Time, Transaction};

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

/// The kind of goods: what the payment says of its items (`item_type`), else the buyer's word that it was a service. A product of the
/// buyer's word (`issue_type`) may be a parcel or a download, so it tells nothing.
fn goods(dispute: &Dispute<'_>, payment: &Transaction<'_>) -> Option<Goods> {
    let items = payment
        .items
        .iter()
        .flatten()
        .filter_map(|item| match &item.item_type {
            Some(ItemWord::Product) => Some(Goods::Physical),
            Some(ItemWord::DigitalDownload) => Some(Goods::Digital),
            Some(ItemWord::Service | ItemWord::Booking) => Some(Goods::Service),
            Some(ItemWord::Unknown(_)) | None => None,
        });
    // One parcel is enough to make a shipment.
    items.min().or_else(|| {
        let extensions = dispute.extensions.as_ref()?;
        let billing = extensions.billing_dispute_properties.as_ref();
        let credit = billing.and_then(|billing| billing.credit_not_processed.as_ref());
        let said = extensions.merchandize_dispute_properties.as_ref().or(credit)?;
        (said.issue_type == Some(IssueWord::Service)).then_some(Goods::Service)
    })
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
            goods: goods(dispute, payment),
            cancelled_at: None,
            ship_to: None,
            ship_country: None,
            addresses_match: None,
            buyer: Vec::new(),
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
    use serde_json::{Value, json};

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

    fn goods_of(body: &Value) -> Option<Goods> {
        let body = body.to_string();
        let at = "2026-02-01T00:00:00Z".parse().unwrap();
        let found = dossier(&Bodies {
            dispute: Some((at, body.as_bytes())),
            order: None,
        });
        found.orders[0].fact.goods
    }

    #[test]
    fn the_items_of_the_payment_say_which_goods_it_is() {
        let of = |words: &[&str]| {
            let items: Vec<Value> = words.iter().map(|word| json!({"item_type": word})).collect();
            goods_of(&json!({"disputed_transactions": [
                {"create_time": "2026-01-05T10:00:00Z", "seller_transaction_id": "8AB1", "items": items}
            ]}))
        };
        assert_eq!(of(&["PRODUCT"]), Some(Goods::Physical));
        assert_eq!(of(&["DIGITAL_DOWNLOAD"]), Some(Goods::Digital));
        assert_eq!(of(&["SERVICE"]), Some(Goods::Service));
        assert_eq!(of(&["BOOKING"]), Some(Goods::Service));
        assert_eq!(of(&["SERVICE", "PRODUCT"]), Some(Goods::Physical));
        assert_eq!(of(&["HOLOGRAM"]), None);
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn where_no_item_says_it_the_buyer_may_say_that_it_was_a_service() {
        let of = |item: &Value, extensions: &Value| {
            goods_of(&json!({"extensions": extensions, "disputed_transactions": [
                {"create_time": "2026-01-05T10:00:00Z", "seller_transaction_id": "8AB1", "items": [item]}
            ]}))
        };
        let bought = |word: &str| json!({"merchandize_dispute_properties": {"issue_type": word}});
        let refund =
            json!({"billing_dispute_properties": {"credit_not_processed": {"issue_type": "SERVICE"}}});
        assert_eq!(of(&json!({}), &bought("SERVICE")), Some(Goods::Service));
        assert_eq!(of(&json!({}), &refund), Some(Goods::Service));
        assert_eq!(of(&json!({}), &bought("PRODUCT")), None);
        let download = json!({"item_type": "DIGITAL_DOWNLOAD"});
        assert_eq!(of(&download, &bought("SERVICE")), Some(Goods::Digital));
    }
}
