//! The parcel of an order: what the carrier told.

use chrono::Duration;
use rand::{Rng, rngs::StdRng};
use serde_json::{Value, json};

use super::{dispute::gid, view::time};
use crate::dispute::Time;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parcel {
    /// Digital goods and services.
    None,
    Delivered,
    Late,
    OnTheWay,
    /// Marked as fulfilled by hand, without tracking: the weakest case.
    Untracked,
}

pub(crate) fn fulfillments(parcel: Parcel, placed: Time, rng: &mut StdRng, id: u64) -> Value {
    let shipped = placed + Duration::minutes(rng.random_range(300..2_880));
    let promised = shipped + Duration::days(4);
    let delivered = match parcel {
        Parcel::None => return json!([]),
        Parcel::Delivered => Some(shipped + Duration::minutes(rng.random_range(1_440..5_000))),
        Parcel::Late => Some(promised + Duration::minutes(rng.random_range(1_440..9_000))),
        Parcel::OnTheWay | Parcel::Untracked => None,
    };
    let tracked = parcel != Parcel::Untracked;
    let number = format!("00340{:012}", rng.random_range(0..999_999_999_999_u64));
    let status = match (tracked, delivered) {
        (false, _) => "MARKED_AS_FULFILLED",
        (true, Some(_)) => "DELIVERED",
        (true, None) => "IN_TRANSIT",
    };
    let on = |at: Time| tracked.then(|| time(at));
    json!([{
        "id": gid("Fulfillment", id + 80), "legacyResourceId": (id + 80).to_string(), "name": "F1",
        "status": "SUCCESS", "displayStatus": status, "createdAt": time(shipped),
        "updatedAt": time(delivered.unwrap_or(shipped)), "inTransitAt": on(shipped + Duration::hours(6)),
        "estimatedDeliveryAt": on(promised), "deliveredAt": delivered.map(time), "requiresShipping": true, "totalQuantity": 1,
        "trackingInfo": if tracked { json!([{"company": "DHL", "number": number, "url": format!("https://track.example/{number}")}]) } else { json!([]) },
        "events": if tracked { events(id, shipped, delivered, promised) } else { json!([]) },
    }])
}

fn events(id: u64, shipped: Time, delivered: Option<Time>, promised: Time) -> Value {
    let steps = [
        (
            "CARRIER_PICKED_UP",
            Some(shipped + Duration::hours(3)),
            "The carrier has the parcel.",
        ),
        (
            "IN_TRANSIT",
            Some(shipped + Duration::hours(6)),
            "The parcel left the depot.",
        ),
        (
            "OUT_FOR_DELIVERY",
            delivered.map(|at| at - Duration::hours(4)),
            "The parcel is on the van.",
        ),
        ("DELIVERED", delivered, "Handed over at the door."),
    ];
    let present = steps
        .into_iter()
        .zip(0..)
        .filter_map(|((status, at, message), place)| Some((status, at?, message, place)));
    present
        .map(|(status, at, message, place): (_, Time, _, u64)| {
            json!({
                "id": gid("FulfillmentEvent", id * 10 + place), "status": status, "happenedAt": time(at), "createdAt": time(at),
                "message": message, "address1": null, "city": "Exampleville", "province": null, "country": null,
                "zip": "10400", "estimatedDeliveryAt": time(promised),
            })
        })
        .collect()
}
