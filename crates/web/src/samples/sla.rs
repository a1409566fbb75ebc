//! Samples of the SLA page: no client, no contract, and a contract with everything that may stand in one.

use std::collections::BTreeMap;

use chrono::Duration;
use docket_app::{Period, SlaLine, SlaReport};
use docket_core::id::{CaseId, ClientId, ExclusionId};
use docket_core::sla::{
    Contract, ContractVersion, End, Exclusion, ExclusionCause, ExclusionState, Fate, Judged, Measured, Span,
};
use docket_core::stats::{Attainment, Rate};
use docket_core::words::Platform;
use serde_json::json;

use super::make::{NASTY, now};
use super::people::{clients_own, viewer};
use super::{Samples, house};
use crate::pages::sla::{Breaches, SlaPage};
use crate::query::{Clocks, SlaQuery};

pub(super) fn contract() -> ContractVersion {
    let contract: Contract = serde_json::from_value(json!({
        "name": NASTY, "zone": "Europe/Amsterdam", "valid_from": "2026-01-01",
        "target": [
            { "name": NASTY, "metric": "first_response", "within": "4h" },
            { "name": "average", "metric": "decision", "within": "16h", "statistic": "average" },
        ],
    }))
    .unwrap();
    ContractVersion {
        starts_at: contract.starts_at(),
        contract,
        version: 1,
        recorded_by: NASTY.to_owned(),
        recorded_at: now(),
    }
}

/// One that was approved.
pub(super) fn exclusion(client: ClientId) -> Exclusion {
    Exclusion {
        id: ExclusionId(Default::default()),
        client,
        cause: ExclusionCause::ForceMajeure,
        platforms: [Platform::KLARNA].into(),
        span: Span {
            from: now() - Duration::hours(5),
            to: now(),
        },
        evidence: NASTY.to_owned(),
        from_log: false,
        state: ExclusionState::Approved,
        proposed_by: NASTY.to_owned(),
        proposed_at: now(),
        decided_by: Some(NASTY.to_owned()),
        decided_at: Some(now()),
        note: None,
    }
}

fn counts(met: u64, breached: u64) -> Attainment {
    let mut all = Attainment::default();
    (0..met).for_each(|_| all.add(Fate::Met, Duration::minutes(30), true));
    (0..breached).for_each(|_| all.add(Fate::Breached, Duration::hours(5), false));
    all
}

fn breach(target: &str) -> SlaLine<'_> {
    let zero = Duration::zero();
    SlaLine {
        version: 1,
        target,
        case: CaseId(Default::default()),
        dispute: NASTY,
        platform: Platform::PAYPAL,
        round: 1,
        begun: now(),
        end: End::Running,
        judged: Judged {
            measured: Measured {
                raw: Duration::minutes(301),
                paused: zero,
                excluded: Duration::minutes(200),
                adjusted: Duration::minutes(101),
            },
            limit: Duration::minutes(-5),
            raw: Fate::Breached,
            adjusted: Fate::Open,
        },
        why: Some("seen_too_late"),
        incident: None,
    }
}

impl Samples for SlaPage {
    fn samples() -> Vec<Self> {
        let client = house().client;
        let period = Period::of(None, None, now()).unwrap();
        let all = std::slice::from_ref(&client);
        let bare = SlaReport {
            client: client.clone(),
            period,
            sections: Vec::new(),
            without_contract: 7,
            calendars: Vec::new(),
            exclusions: Vec::new(),
            undecided: 2,
            as_of: now(),
        };
        let mut full = SlaReport {
            sections: docket_app::sla_sections(vec![contract()], period),
            calendars: Vec::new(),
            exclusions: vec![exclusion(client.id)],
            ..bare.clone()
        };
        let first = &mut full.sections[0].targets[0];
        (first.raw, first.adjusted) = (counts(45, 25), counts(50, 20));
        let month = |month: u32, raw, adjusted| {
            let day = chrono::NaiveDate::from_ymd_opt(2026, month, 1).unwrap();
            (day, (raw, adjusted))
        };
        first.months = BTreeMap::from([
            month(8, Rate::new(3, 9), Rate::new(4, 9)),
            month(9, Rate::new(20, 31), Rate::new(25, 31)),
            month(10, Rate::new(22, 30), Rate::new(21, 30)),
        ]);
        let mut breaches = Breaches::of(SlaQuery {
            clocks: Some(Clocks {
                version: 1,
                target: NASTY.to_owned(),
                adjusted: false,
                fate: Fate::Breached,
            }),
            ..SlaQuery::default()
        });
        (0..25).for_each(|_| breaches.see(&breach(NASTY)));
        vec![
            Self::of(&viewer(), all, period, None),
            Self::of(&viewer(), &[], period, None),
            Self::of(&viewer(), all, period, Some((&bare, Breaches::default()))),
            Self::of(&viewer(), all, period, Some((&full, breaches))),
            Self::of(
                &clients_own(all[0].id),
                &all[..1],
                period,
                Some((&full, Breaches::default())),
            ),
        ]
    }
}
