//! Samples of the register of exclusions: none, each state, one that the log of syncs told of, and a form with what is wrong.

use docket_core::id::ExclusionId;
use docket_core::sla::{Exclusion, ExclusionState};
use docket_core::words::Platform;

use super::make::{NASTY, now};
use super::people::{auditor, viewer};
use super::sla::exclusion;
use super::{Samples, house};
use crate::pages::exclusions::{ExclusionsView, Register, Typed};
use crate::query::ExclusionsQuery;

impl Samples for ExclusionsView {
    fn samples() -> Vec<Self> {
        let house = house();
        let row = |state: &ExclusionState| Exclusion {
            id: ExclusionId::new(&house.env),
            state: *state,
            note: Some(NASTY.to_owned()),
            ..exclusion(house.client.id)
        };
        let mut rows: Vec<Exclusion> = ExclusionState::ALL.iter().map(row).collect();
        rows.push(Exclusion {
            from_log: true,
            proposed_by: "log of syncs".to_owned(),
            platforms: Default::default(),
            ..row(&ExclusionState::Proposed)
        });
        for one in &mut rows {
            if one.state == ExclusionState::Proposed {
                (one.decided_by, one.decided_at, one.note) = (None, None, None);
            }
        }
        let many: Vec<Exclusion> = (0..50).map(|_| row(&ExclusionState::Approved)).collect();
        let every = ExclusionsQuery::default();
        let some = ExclusionsQuery {
            client: Some(house.client.id.to_string()),
            state: Some(ExclusionState::Proposed),
            before: None,
        };
        let register = |rows, query| Register {
            rows,
            query,
            clients: std::slice::from_ref(&house.client),
            platforms: &[Platform::PAYPAL, Platform::KLARNA],
        };
        let none = Typed::default();
        let nobody = Register {
            clients: &[],
            ..register(&[], &every)
        };
        vec![
            Self::of(&viewer(), &register(&rows, &every), &none, now()),
            Self::of(&auditor(), &register(&many, &some), &none, now()),
            Self::of(&viewer(), &register(&[], &some), &none, now()).with(NASTY.to_owned()),
            Self::of(&viewer(), &nobody, &none, now()),
        ]
    }
}
