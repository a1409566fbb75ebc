//! What was sent back, as facts.

use docket_connector::Told;
use docket_core::dossier::{self, Dossier, Fact};

use super::{instant, own};
use crate::order::shape::Order;

/// Each line of each return; where they were not seen, that the order has one. When goods arrived Shopify does not say here: a
/// return may be closed without them.
pub(super) fn sent_back(order: &Order, told: Told, dossier: &mut Dossier) {
    let unknown = dossier::Return {
        asked_at: None,
        received_at: None,
        sku: None,
        quantity: None,
        reason: None,
        state: own(order.return_status.as_ref()),
    };
    let returns = order.returns.as_ref().map_or(&[][..], |returns| &returns.nodes);
    for (index, one) in returns.iter().enumerate() {
        let whole = dossier::Return {
            asked_at: instant(one.created_at.as_ref()),
            state: own(one.status.as_ref()),
            ..unknown.clone()
        };
        let place = format!("order.returns.nodes[{index}]");
        let lines = one
            .return_line_items
            .as_ref()
            .map_or(&[][..], |lines| &lines.nodes);
        if lines.is_empty() {
            dossier.add(Fact::Return(whole.clone()), told.in_field(&place));
        }
        for (index, line) in lines.iter().enumerate() {
            let item = line
                .fulfillment_line_item
                .as_ref()
                .and_then(|fulfilled| fulfilled.line_item.as_ref());
            let fact = dossier::Return {
                sku: item.and_then(|item| own(item.sku.as_ref()).or_else(|| own(item.title.as_ref()))),
                quantity: line.quantity,
                reason: own(line.return_reason.as_ref())
                    .filter(|word| !matches!(word.as_str(), "UNKNOWN" | "OTHER"))
                    .map(|word| word.to_ascii_lowercase()),
                ..whole.clone()
            };
            let place = format!("{place}.returnLineItems.nodes[{index}]");
            dossier.add(Fact::Return(fact), told.in_field(place));
        }
    }
    if returns.is_empty() && order.has_return() {
        dossier.add(Fact::Return(unknown), told.in_field("order.returnStatus"));
    }
}

#[cfg(test)]
mod tests {
    use docket_connector::Bodies;

    #[test]
    fn what_was_sent_back_is_told_line_by_line() {
        let read = |order: serde_json::Value| {
            let at = "2026-10-25T00:00:00Z".parse().unwrap();
            let body = serde_json::json!({"order": order}).to_string();
            let bodies = Bodies {
                dispute: None,
                order: Some((at, body.as_bytes())),
            };
            let all = super::super::dossier(&bodies).returns;
            all.into_iter()
                .map(|one| (one.fact, one.from.place))
                .collect::<Vec<_>>()
        };
        let item = serde_json::json!({"lineItem": {"sku": "LAMP-OAK-40", "title": "Oak lamp"}});
        let lines = serde_json::json!({"nodes": [
            {"quantity": 2, "processedQuantity": 0, "returnReason": "NOT_AS_DESCRIBED", "fulfillmentLineItem": item},
            {"quantity": 1, "processedQuantity": 0, "returnReason": "UNKNOWN"},
        ]});
        let back = serde_json::json!({"status": "OPEN", "createdAt": "2026-10-20T08:00:00Z", "returnLineItems": lines});
        let found = read(serde_json::json!({"returnStatus": "IN_PROGRESS", "returns": {"nodes": [back]}}));
        let [(first, place), (second, _)] = &found[..] else {
            panic!("{found:?}")
        };
        assert_eq!(
            (first.sku.as_deref(), first.quantity),
            (Some("LAMP-OAK-40"), Some(2))
        );
        assert_eq!(
            (first.reason.as_deref(), first.state.as_deref()),
            (Some("not_as_described"), Some("OPEN"))
        );
        assert_eq!(first.asked_at.unwrap().to_rfc3339(), "2026-10-20T08:00:00+00:00");
        assert_eq!(first.received_at, None, "nobody told that it arrived");
        assert_eq!(place, "order.returns.nodes[0].returnLineItems.nodes[0]");
        assert_eq!((second.quantity, &second.reason), (Some(1), &None));
        // An app that may not see them knows that there is one.
        let [(only, place)] = &read(serde_json::json!({"returnStatus": "RETURNED"}))[..] else {
            panic!("one return")
        };
        assert_eq!(
            (only.state.as_deref(), place.as_str()),
            (Some("RETURNED"), "order.returnStatus")
        );
        assert!(read(serde_json::json!({"returnStatus": "NO_RETURN"})).is_empty());
    }
}
