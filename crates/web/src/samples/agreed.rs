//! Samples of contracts and working calendars: none, every version, and a form that was refused or found right.

use docket_core::sla::{Contract, ContractVersion};
use serde_json::json;

use super::clients::calendar;
use super::make::{NASTY, now};
use super::people::{auditor, viewer};
use super::sla::contract;
use super::{Samples, house};
use crate::pages::clients::calendars::{CalendarsView, Kept, Wanted};
use crate::pages::clients::contracts::{ContractsView, Tried};

fn refused() -> Tried {
    Tried {
        text: Some(NASTY.to_owned()),
        problem: Some(NASTY.to_owned()),
        right: false,
    }
}

fn right() -> Tried {
    Tried {
        text: Some(NASTY.to_owned()),
        problem: None,
        right: true,
    }
}

/// A second version, with everything that a target may say.
fn second() -> ContractVersion {
    let contract: Contract = serde_json::from_value(json!({
        "name": NASTY, "zone": "Europe/Amsterdam", "valid_from": "2026-06-01", "calendar": NASTY, "share": 95,
        "pauses": ["waiting_on_client"],
        "target": [
            { "name": "p95", "metric": "decision", "within": "24h", "statistic": "p95", "pauses": [],
              "only": { "platforms": ["klarna"], "amounts_from": ["500.00 EUR"] } },
            { "name": NASTY, "metric": "before_deadline", "before": "24h" },
        ],
    }))
    .unwrap();
    ContractVersion {
        starts_at: contract.starts_at(),
        contract,
        version: 2,
        ..self::contract()
    }
}

impl Samples for ContractsView {
    fn samples() -> Vec<Self> {
        let client = house().client;
        let both = [contract(), second()];
        let of = |versions: &[ContractVersion], tried| Self::of(&viewer(), &client, versions, tried, now());
        vec![
            of(&both, Tried::default()),
            of(&both, refused()),
            of(&[], right()),
            Self::of(&auditor(), &client, &[], Tried::default(), now()),
        ]
    }
}

impl Samples for CalendarsView {
    fn samples() -> Vec<Self> {
        let client = house().client;
        let calendars: Vec<_> = [
            calendar(1, "2026-01-01"),
            calendar(2, "2026-06-01"),
            calendar(3, "2030-01-01"),
        ]
        .map(|one| (client.id, one))
        .into();
        let many: Vec<_> = (1..=60)
            .map(|version| (client.id, calendar(version, "2026-01-01")))
            .collect();
        let contracts = [(client.id, contract()), (client.id, second())];
        let full = Kept {
            clients: std::slice::from_ref(&client),
            client: Some(&client),
            calendars: &calendars,
            contracts: &contracts,
        };
        let none = Kept {
            clients: &[],
            client: None,
            calendars: &[],
            contracts: &[],
        };
        let more = Kept {
            calendars: &many,
            client: None,
            contracts: &[],
            ..full
        };
        let asked = Wanted {
            calendar: Some(NASTY.to_owned()),
            part: 1,
        };
        vec![
            Self::of(&viewer(), &full, &asked, None, now()),
            Self::of(&viewer(), &full, &Wanted::default(), Some(refused()), now()),
            Self::of(&viewer(), &more, &Wanted::default(), Some(right()), now()),
            Self::of(&auditor(), &more, &Wanted::default(), None, now()),
            Self::of(&viewer(), &none, &Wanted::default(), None, now()),
        ]
    }
}
