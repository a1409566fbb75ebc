//! Static mode at Klarna: the same arithmetic as PayPal's, with documents in full on every page.

use axum::body::Bytes;
use chrono::Duration;
use rand::{SeedableRng, rngs::StdRng};

use super::{
    dispute::State,
    list,
    plant::{self, Wish},
    query::Query,
    render,
};
use crate::{
    account::Account,
    bench::{Bench, Kind, Range},
    dispute::Time,
    template::Template,
};

const FIRST: usize = 8_000_000_000_000;
const PREFIX: &str = "krn:network:eu1:test:payment:dispute:";

pub(crate) fn id(index: usize) -> String {
    format!("{PREFIX}{}", FIRST + index)
}

fn index(id: &str) -> Option<usize> {
    let number: usize = id.strip_prefix(PREFIX)?.parse().ok()?;
    number.checked_sub(FIRST)
}

/// One waits for the merchant, one is under review, one is lost and one is won.
pub(crate) fn kinds(rng: &mut StdRng, body_bytes: usize, owner: &Account, now: Time) -> Vec<Kind> {
    // Dice of its own, so that PayPal's templates stay what they were.
    let mut dice = StdRng::from_rng(rng);
    [
        State::Initiated,
        State::Representment,
        State::Closed,
        State::Closed,
    ]
    .map(|state| kind(&mut dice, state, body_bytes, owner, now))
    .into()
}

fn kind(rng: &mut StdRng, state: State, body_bytes: usize, owner: &Account, now: Time) -> Kind {
    let wish = Wish {
        plain: true,
        ..Wish::of(0, now - Duration::days(2), state)
    };
    let mut dispute = plant::make(rng, 1, &wish, now);
    "@KRN@".clone_into(&mut dispute.id);
    "@ORDER@".clone_into(&mut dispute.order_id);
    dispute.question.push_str(" Note number @REVISION@.");
    let mut body = render::full(&dispute, owner);
    body["created_at"] = "@CREATED@".into();
    body["updated_at"] = "@UPDATED@".into();
    body["dispute_details"]["dispute_amount"] = "@MINOR@".into();
    let lacking = body_bytes.saturating_sub(body.to_string().len());
    if lacking > 100 {
        // A field that no client knows, as the rule of compatible changes allows (reference 2).
        body["free_form_notes"] = "More words. ".repeat(lacking / 12).into();
    }
    let full = Template::new(&body);
    Kind {
        state: state.word().to_owned(),
        summary: full.clone(),
        full,
    }
}

pub(crate) fn show(bench: &Bench, id: &str, account: usize) -> Option<Bytes> {
    bench.klarna_document(index(id).filter(|_| account == 0)?)
}

/// Newest first, whatever the sorting asked for. `None` for an unknown cursor.
pub(crate) fn page(bench: &Bench, query: &Query, account: usize, now: Time) -> Option<Bytes> {
    let below = match &query.starting_after {
        None => None,
        Some(id) => Some(index(id)?),
    };
    // Ends do not count, and no instant is finer than a millisecond.
    let last = |at: Time| at - Duration::milliseconds(1);
    let wants = |state: &str| query.wants_state(state);
    let range = Range {
        updated: (
            query.updated.start.unwrap_or(Time::UNIX_EPOCH),
            query.updated.end.map_or(now, last),
        ),
        created: (query.created.start, query.created.end.map(last)),
        below,
        wants: &wants,
    };
    let (rows, indices, more) = bench.klarna_page(&range, query.size, account);
    let (first, last) = (indices.first().copied(), indices.last().copied());
    let last = last.filter(|_| more);
    let pagination = list::pagination(query, indices.len(), None, first.map(id), last.map(id));
    let mut out = b"{\"disputes\":[".to_vec();
    out.extend_from_slice(&rows);
    out.extend_from_slice(b"],\"pagination\":");
    out.extend_from_slice(pagination.to_string().as_bytes());
    out.push(b'}');
    Some(out.into())
}
