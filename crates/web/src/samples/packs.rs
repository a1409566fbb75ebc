//! Samples of the page of packs: none, and one in each state with hostile words.

use docket_core::id::PackId;
use docket_core::pack::{Pack, PackFile, PackState};
use docket_core::words::Language;

use super::make::{NASTY, now};
use super::people::{clients_own, viewer};
use super::{Samples, house};
use crate::pages::packs::PacksView;

impl Samples for PacksView {
    fn samples() -> Vec<Self> {
        let house = house();
        let pack = |state: &PackState| Pack {
            id: PackId::new(&house.env),
            client: house.client.id,
            month: "2026-10-01".parse().unwrap(),
            language: Language::German,
            recipients: vec![NASTY.to_owned()],
            state: *state,
            files: vec![PackFile {
                name: "win-rates-2026-10.pdf".to_owned(),
                media_type: "application/pdf".to_owned(),
                sha256: "00".repeat(32),
                size: 9,
                mailed: true,
            }],
            made_at: now(),
            decided_by: Some(NASTY.to_owned()),
            decided_at: Some(now()),
            sent_at: (*state == PackState::Sent).then(now),
            note: Some(NASTY.to_owned()),
        };
        let all: Vec<Pack> = PackState::ALL.iter().map(pack).collect();
        vec![
            Self::of(&viewer(), (None, &[]), &[], now()),
            Self::of(
                &viewer(),
                (None, &all),
                std::slice::from_ref(&house.client),
                now(),
            ),
            Self::of(
                &clients_own(house.client.id),
                (None, &all[3..4]),
                std::slice::from_ref(&house.client),
                now(),
            ),
            Self::of(&clients_own(house.client.id), (None, &[]), &[], now()),
        ]
    }
}
