//! The kept order as facts, each with its field.

use docket_connector::{Bodies, Told};
use docket_core::dossier::{self, Dossier, Fact, Goods};
use docket_core::words::Platform;

use super::wire::{Address, Kept, Line, Order, Shipping};
use crate::map::money;
use crate::wire::{Minor, Text, Time};

fn own(text: Option<&Text>) -> Option<String> {
    text.and_then(Text::filled).map(str::to_owned)
}

/// Everything that the order says; nothing where none is kept.
pub(crate) fn dossier(bodies: &Bodies<'_>) -> Dossier {
    let mut dossier = Dossier::default();
    let Some((at, body)) = bodies.order else {
        return dossier;
    };
    let Ok(Kept {
        order,
        addresses_match,
    }) = serde_json::from_slice::<Kept<Order>>(body)
    else {
        return dossier;
    };
    let platform = Platform::KLARNA;
    let told = Told { platform, at };
    placed(&order, addresses_match, told, &mut dossier);
    lines(&order, told, &mut dossier);
    parcels(&order, told, &mut dossier);
    refunds(&order, told, &mut dossier);
    dossier
}

/// What a line is (reference 12, `type`).
enum Kind {
    /// Goods, of the kind that Klarna tells.
    Goods(Option<Goods>),
    /// A fee, a discount, a tax, or a voucher that was paid with.
    Other,
}

fn kind(line: &Line) -> Kind {
    match line.r#type.as_ref().and_then(Text::filled) {
        None => Kind::Goods(None),
        Some(word) if word.eq_ignore_ascii_case("physical") => Kind::Goods(Some(Goods::Physical)),
        Some(word) if word.eq_ignore_ascii_case("digital") => Kind::Goods(Some(Goods::Digital)),
        Some(_) => Kind::Other,
    }
}

fn placed(order: &Order, addresses_match: Option<bool>, told: Told, dossier: &mut Dossier) {
    let Some(placed_at) = order.created_at.and_then(Time::at) else {
        return;
    };
    let texts = [
        &order.merchant_reference1,
        &order.merchant_reference2,
        &order.klarna_reference,
        &order.order_id,
    ];
    let mut refs: Vec<String> = texts.iter().filter_map(|text| own(text.as_ref())).collect();
    if refs.is_empty() {
        return;
    }
    let currency = order.purchase_currency.as_ref();
    let rows = || order.order_lines.iter().flatten();
    let shipped = rows().find(|line| own(line.r#type.as_ref()).as_deref() == Some("shipping_fee"));
    let goods = rows().filter_map(|line| match kind(line) {
        Kind::Goods(goods) => goods,
        Kind::Other => None,
    });
    let fact = dossier::Order {
        number: refs.remove(0),
        refs,
        placed_at,
        promised_by: None,
        total: money(order.original_order_amount.or(order.order_amount), currency),
        shipping: shipped.and_then(|line| money(line.total_amount, currency)),
        // One parcel is enough to make a shipment.
        goods: goods.min(),
        cancelled_at: None,
        ship_to: order.shipping_address.as_ref().and_then(Address::line),
        // Its country is a factor of its own.
        ship_country: None,
        addresses_match,
        buyer: Vec::new(),
    };
    dossier.add(Fact::Order(fact), told.in_field("order.created_at"));
}

fn lines(order: &Order, told: Told, dossier: &mut Dossier) {
    for (index, line) in order.order_lines.iter().flatten().enumerate() {
        if matches!(kind(line), Kind::Other) {
            continue;
        }
        let quantity = line.quantity.and_then(Minor::number);
        let fact = dossier::Line {
            sku: own(line.reference.as_ref()),
            title: own(line.name.as_ref()),
            description: None,
            quantity: quantity.and_then(|n| u64::try_from(n).ok()).unwrap_or(1),
            amount: money(line.total_amount, order.purchase_currency.as_ref()),
        };
        let place = format!("order.order_lines[{index}]");
        dossier.add(Fact::Line(fact), told.in_field(place));
    }
}

/// Shipping data follows a capture, and a capture the shipment (reference 14). A row without a carrier and a number tells of no
/// parcel, and what is not shipped has none: there a capture is a capture.
fn parcels(order: &Order, told: Told, dossier: &mut Dossier) {
    if !ships(order) {
        return;
    }
    let mut add = |rows: Option<&Vec<Shipping>>, path: &str, at: Option<Time>| {
        let all = rows.into_iter().flatten().enumerate();
        for (index, row) in all.filter(|(_, row)| tells(row)) {
            let fact = dossier::Shipment {
                carrier: own(row.shipping_company.as_ref()),
                number: own(row.tracking_number.as_ref()),
                url: own(row.tracking_uri.as_ref()),
                shipped_at: at.and_then(Time::at),
                delivered_at: None,
                received_by: None,
            };
            let place = format!("{path}[{index}]");
            dossier.add(Fact::Shipment(fact), told.in_field(place));
        }
    };
    for (index, capture) in order.captures.iter().flatten().enumerate() {
        let path = format!("order.captures[{index}].shipping_info");
        add(capture.shipping_info.as_ref(), &path, capture.captured_at);
    }
    add(order.shipping_info.as_ref(), "order.shipping_info", None);
}

/// Whether a row of shipping data tells of a parcel.
pub(super) fn tells(row: &Shipping) -> bool {
    let parts = [&row.shipping_company, &row.tracking_number, &row.tracking_uri];
    parts.iter().any(|part| own(part.as_ref()).is_some())
}

/// Whether anything of the order may have been shipped: Klarna tells of every line that it is digital, where it is.
pub(super) fn ships(order: &Order) -> bool {
    let mut goods = order
        .order_lines
        .iter()
        .flatten()
        .filter_map(|line| match kind(line) {
            Kind::Goods(goods) => Some(goods),
            Kind::Other => None,
        });
    let first = goods.next();
    first
        .is_none_or(|first| first != Some(Goods::Digital) || goods.any(|other| other != Some(Goods::Digital)))
}

fn refunds(order: &Order, told: Told, dossier: &mut Dossier) {
    for (index, refund) in order.refunds.iter().flatten().enumerate() {
        let amount = money(refund.refunded_amount, order.purchase_currency.as_ref());
        let at = refund.refunded_at.and_then(Time::at);
        let (Some(amount), Some(at)) = (amount, at) else {
            continue;
        };
        let id = own(refund.refund_id.as_ref());
        let place = format!("order.refunds[{index}]");
        dossier.add(
            Fact::Refund(dossier::Refund { id, amount, at }),
            told.in_field(place),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_an_order_reads_back_as_facts() {
        let order: Order = serde_json::from_slice(include_bytes!("../../fixtures/order.json")).unwrap();
        let kept = serde_json::to_vec(&order).unwrap();
        let at = "2027-01-15T08:00:00Z".parse().unwrap();
        let found = dossier(&Bodies {
            dispute: None,
            order: Some((at, &kept)),
        });
        let order = &found.orders[0].fact;
        assert_eq!(
            (order.number.as_str(), order.goods),
            ("HB-20261", Some(Goods::Physical))
        );
        assert_eq!(order.total.unwrap().to_string(), "84.50 EUR");
        assert_eq!(order.shipping.unwrap().to_string(), "4.95 EUR");
        assert_eq!(found.lines.len(), 1);
        assert_eq!(found.lines[0].fact.sku.as_deref(), Some("LAMP-07"));
        let parcel = &found.shipments[0];
        assert_eq!(parcel.fact.number.as_deref(), Some("HE00417722"));
        assert_eq!(
            parcel.fact.shipped_at.unwrap().to_rfc3339(),
            "2026-12-11T14:05:00+00:00"
        );
        assert_eq!(parcel.from.place, "order.captures[0].shipping_info[0]");
        assert_eq!(found.refunds[0].fact.amount.to_string(), "12.50 EUR");
        assert_eq!(order.ship_to.as_deref(), Some("Ahornweg 9, 20099 Hamburg"));
        let printed = format!("{found:?}");
        assert!(!printed.contains("Tilda"), "{printed}");
    }

    #[test]
    fn a_line_without_a_type_is_goods_of_no_known_kind() {
        let order = |lines: serde_json::Value| {
            let body = serde_json::json!({"created_at": "2026-12-10T18:20:00Z", "order_id": "o-1", "order_lines": lines});
            let at = "2027-01-15T08:00:00Z".parse().unwrap();
            dossier(&Bodies {
                dispute: None,
                order: Some((at, body.to_string().as_bytes())),
            })
        };
        let row = |word: &str| serde_json::json!({"type": word, "name": "Thing"});
        let found = order(serde_json::json!([{"name": "Thing"}, row("gift_card")]));
        assert_eq!((found.orders[0].fact.goods, found.lines.len()), (None, 1));
        let of = |words: &[&str]| {
            let rows: Vec<_> = words.iter().map(|word| row(word)).collect();
            order(rows.into()).orders[0].fact.goods
        };
        assert_eq!(of(&["digital", "sales_tax"]), Some(Goods::Digital));
        assert_eq!(of(&["digital", "physical"]), Some(Goods::Physical));
        assert_eq!(of(&["shipping_fee"]), None);
    }

    #[test]
    fn only_what_is_shipped_has_parcels() {
        let parcels = |kinds: &[&str], shipping: serde_json::Value| {
            let lines: Vec<_> = kinds
                .iter()
                .map(|kind| serde_json::json!({"type": kind, "name": "Thing"}))
                .collect();
            let body = serde_json::json!({"created_at": "2026-12-10T18:20:00Z", "order_id": "o-1", "order_lines": lines,
                "captures": [{"captured_at": "2026-12-11T14:05:00Z", "shipping_info": shipping}]});
            let at = "2027-01-15T08:00:00Z".parse().unwrap();
            dossier(&Bodies {
                dispute: None,
                order: Some((at, body.to_string().as_bytes())),
            })
            .shipments
            .len()
        };
        let row = || serde_json::json!([{"shipping_company": "DHL", "tracking_number": "JJD1"}]);
        assert_eq!(parcels(&["physical"], row()), 1);
        assert_eq!(parcels(&["digital", "physical"], row()), 1);
        assert_eq!(parcels(&["digital", "shipping_fee"], row()), 0);
        assert_eq!(
            parcels(&["physical"], serde_json::json!([{}])),
            0,
            "a capture is no parcel"
        );
        assert_eq!(parcels(&[], row()), 1);
    }

    #[test]
    fn whether_both_addresses_are_the_same_is_told_of_the_order() {
        let told = |body: &str| {
            let at = "2027-01-15T08:00:00Z".parse().unwrap();
            let found = dossier(&Bodies {
                dispute: None,
                order: Some((at, body.as_bytes())),
            });
            (
                found.orders[0].fact.addresses_match,
                found.orders[0].fact.ship_to.clone(),
            )
        };
        let head = r#""created_at": "2026-12-10T18:20:00Z", "order_id": "o-1""#;
        assert_eq!(told(&format!("{{{head}}}")), (None, None));
        assert_eq!(
            told(&format!(
                r#"{{{head}, "addresses_match": false, "shipping_address": {{"city": "Bonn"}}}}"#
            )),
            (Some(false), None),
            "a town alone is no address"
        );
    }
}
