//! Samples of the search.

use docket_app::{Found, FoundBy, FoundCase};

use super::make::{Dispute, NASTY, now};
use super::people::{clients_own, viewer};
use super::{Samples, house};
use crate::pages::search::SearchView;

impl Samples for SearchView {
    fn samples() -> Vec<Self> {
        let house = house();
        let why = vec![FoundCase::By(FoundBy::Reference), FoundCase::By(FoundBy::Parcel)];
        let found = Found {
            term: NASTY.to_owned(),
            cases: vec![
                (house.case(&Dispute::ours(NASTY)), why),
                (
                    house.case(&Dispute::ended("PP-D-5", docket_core::words::Outcome::Won, true)),
                    Vec::new(),
                ),
            ],
            clients: [(house.client.id, house.client.clone())].into(),
            orders: vec![NASTY.to_owned()],
            named: vec![house.client.clone()],
            connections: vec![house.connection.clone()],
            people: vec![viewer().person],
            ..Found::default()
        };
        let of = |found: &Found| Self::of(&viewer(), &found.term, Some(found), now());
        vec![
            of(&found),
            of(&Found {
                term: NASTY.to_owned(),
                ..Found::default()
            }),
            of(&Found {
                term: "PP".to_owned(),
                clients: found.clients.clone(),
                ..Found::default()
            })
            .or_parts(&[house.case(&Dispute::ours(NASTY))], &found, now()),
            Self::of(&viewer(), "", None, now()),
            Self::of(&clients_own(house.client.id), NASTY, Some(&found), now()),
        ]
    }
}
