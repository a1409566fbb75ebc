//! Samples of who is told outside.

use docket_core::hook::{Delivery, DeliveryState, Hook};
use docket_core::id::{CaseId, EventId, HookId};

use super::make::{NASTY, now};
use super::people::viewer;
use super::{Samples, house};
use crate::pages::hooks::{HooksView, Told};

impl Samples for HooksView {
    fn samples() -> Vec<Self> {
        let house = house();
        let hook = |client, stopped: bool| Hook {
            id: HookId::new(&house.env),
            client,
            url: format!("https://hooks.example/{NASTY}"),
            created_by: NASTY.to_owned(),
            created_at: now(),
            stopped_at: stopped.then(now),
        };
        let hooks = [hook(Some(house.client.id), false), hook(None, true)];
        let delivery = |state: &DeliveryState, tried: bool| Delivery {
            id: EventId::new(&house.env),
            hook: hooks[0].id,
            client: house.client.id,
            case: CaseId::new(&house.env),
            body: NASTY.to_owned(),
            created_at: now(),
            state: *state,
            attempts: i64::from(tried),
            tried_at: tried.then(now),
            status: tried.then_some(500),
            error: tried.then(|| NASTY.to_owned()),
        };
        let mut rows: Vec<Delivery> = DeliveryState::ALL.iter().map(|s| delivery(s, true)).collect();
        rows.extend((0..50).map(|_| delivery(&DeliveryState::Waiting, false)));
        let full = Told {
            hooks: &hooks,
            clients: std::slice::from_ref(&house.client),
            log: Some((hooks[0].id, &rows)),
        };
        let empty_log = Told {
            log: Some((hooks[1].id, &[])),
            ..full
        };
        let empty = Told {
            hooks: &[],
            clients: &[],
            log: None,
        };
        vec![
            Self::of(&viewer(), full, now()).with(NASTY.to_owned()),
            Self::of(&viewer(), empty_log, now()).signed_by(NASTY.to_owned()),
            Self::of(&viewer(), empty, now()),
        ]
    }
}
