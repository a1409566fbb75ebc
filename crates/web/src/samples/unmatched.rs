//! Samples of what waits for a person.

use std::collections::BTreeMap;

use docket_app::{UnknownCode, Unmatched, Why};
use docket_core::attention::Attention;
use docket_core::id::CaseId;
use docket_core::words::Platform;

use super::make::{NASTY, now};
use super::people::viewer;
use super::{Samples, house};
use crate::pages::unmatched::{UnmatchedView, Waiting};

impl Samples for UnmatchedView {
    fn samples() -> Vec<Self> {
        let house = house();
        let why = |n| {
            if n == 0 {
                Why::Several(CaseId::new(&house.env))
            } else {
                Why::NoCase
            }
        };
        let orders: Vec<Unmatched> = (0..50)
            .map(|n| Unmatched {
                order: NASTY.to_owned(),
                refs: [NASTY.to_owned(), n.to_string()].into(),
                why: why(n),
            })
            .collect();
        let flags: BTreeMap<Attention, i64> = Attention::ALL.iter().map(|flag| (*flag, 3)).collect();
        let codes: BTreeMap<UnknownCode, i64> = (0..60)
            .map(|n| UnknownCode {
                flag: Attention::UnknownReason,
                platform: Platform::PAYPAL,
                client: house.client.id,
                code: (n > 0).then(|| format!("{NASTY}{n}")),
            })
            .zip(1..)
            .collect();
        let full = Waiting {
            clients: std::slice::from_ref(&house.client),
            client: Some(&house.client),
            orders: &orders,
            flags: &flags,
            codes: &codes,
        };
        let (none, no_codes) = (BTreeMap::new(), BTreeMap::new());
        let empty = Waiting {
            orders: &[],
            flags: &none,
            codes: &no_codes,
            ..full
        };
        vec![
            Self::of(&viewer(), &full, now()).with(NASTY.to_owned()),
            Self::of(&viewer(), &empty, now()),
            Self::of(
                &viewer(),
                &Waiting {
                    client: None,
                    ..empty
                },
                now(),
            ),
        ]
    }
}
