//! Static mode: a hundred thousand disputes that exist only as arithmetic and a few formatted templates.

mod paypal;
mod touch;

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use chrono::Duration;
use rand::{SeedableRng, rngs::StdRng};

use crate::{
    StaticMode,
    account::Account,
    dispute::{Status, Time, stamp},
    klarna,
    paypal::list::Query,
    plant::PAST_DAYS,
    template::{Row, Template},
};
use touch::{Touch, last};

pub(crate) struct Bench {
    count: usize,
    start: Time,
    step: Duration,
    kinds: Vec<Kind>,
    /// The same disputes at Klarna, whose rows are documents in full.
    klarna: Vec<Kind>,
    touches: Mutex<Vec<Touch>>,
}

pub(crate) struct Kind {
    pub state: String,
    pub full: Template,
    pub summary: Template,
}

/// What a list asks for, in the terms of the arithmetic. All bounds belong to their windows.
pub(crate) struct Range<'a> {
    pub updated: (Time, Time),
    pub created: (Option<Time>, Option<Time>),
    /// Only indices below this one.
    pub below: Option<usize>,
    pub wants: &'a dyn Fn(&str) -> bool,
}

type Indices<'a> = Box<dyn Iterator<Item = usize> + 'a>;

impl Bench {
    pub(crate) fn new(mode: StaticMode, owner: &Account, seed: u64, now: Time) -> Self {
        let count = mode.disputes.max(1);
        let rows = i64::try_from(count).unwrap_or(i64::MAX);
        // Whole milliseconds, as times are shown.
        let step = Duration::milliseconds((Duration::days(PAST_DAYS).num_milliseconds() / rows).max(2));
        let mut rng = StdRng::seed_from_u64(seed);
        let shapes = [
            Status::WaitingForSellerResponse,
            Status::UnderReview,
            Status::Resolved,
            Status::Resolved,
        ];
        let kinds = shapes
            .map(|status| paypal::kind(&mut rng, status, mode.body_bytes, owner, now))
            .into();
        Self {
            klarna: klarna::still(&mut rng, mode.body_bytes, owner, now),
            count,
            start: now - Duration::days(PAST_DAYS),
            step,
            kinds,
            touches: Mutex::default(),
        }
    }

    /// Marks a share as changed now and says how many that are.
    pub(crate) fn touch(&self, percent: f64, now: Time) -> usize {
        let mut touches = self.touches();
        let most = self.count as f64;
        // Clamped to 1..=count, so the conversion neither loses a sign nor overflows.
        let stride = (100.0 / percent).round().clamp(1.0, most) as usize;
        let offset = touches.len() % stride;
        touches.push(Touch {
            stride,
            offset,
            at: now,
        });
        (self.count - offset).div_ceil(stride)
    }

    pub(crate) fn show(&self, id: &str, base: &str) -> Option<Bytes> {
        let index = id
            .strip_prefix("PP-B-")?
            .parse()
            .ok()
            .filter(|index| *index < self.count)?;
        let touches = self.touches();
        let mut out = Vec::with_capacity(6_000);
        kind_of(&self.kinds, index)
            .full
            .fill(&mut out, &self.row(index, &touches), base);
        Some(out.into())
    }

    pub(crate) fn list(&self, query: &Query, account: usize, base: &str) -> Bytes {
        let touches = self.touches();
        let wants = |state: &str| query.wants_state(state);
        let range = Range {
            updated: query.updated,
            created: query.created,
            below: None,
            wants: &wants,
        };
        let mut found = self.matches(&self.kinds, &range, &touches, account == 0);
        let skip = (query.page - 1) * query.page_size;
        let mut out = Vec::with_capacity(query.page_size * 1_200 + 600);
        out.extend_from_slice(b"{\"items\":[");
        for (place, index) in found.by_ref().skip(skip).take(query.page_size).enumerate() {
            if place > 0 {
                out.push(b',');
            }
            kind_of(&self.kinds, index)
                .summary
                .fill(&mut out, &self.row(index, &touches), base);
        }
        let more = found.next().is_some();
        out.extend_from_slice(b"],\"links\":");
        out.extend_from_slice(query.links(base, more).to_string().as_bytes());
        out.push(b'}');
        out.into()
    }

    /// A page of Klarna's: the rows, the indices of its first and last one, and whether more follow.
    pub(crate) fn klarna_page(
        &self,
        range: &Range<'_>,
        size: usize,
        account: usize,
    ) -> (Vec<u8>, Vec<usize>, bool) {
        let touches = self.touches();
        let mut found = self.matches(&self.klarna, range, &touches, account == 0);
        let indices: Vec<usize> = found.by_ref().take(size).collect();
        let more = found.next().is_some();
        drop(found);
        let mut out = Vec::with_capacity(size * 6_000);
        for (place, index) in indices.iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            kind_of(&self.klarna, *index)
                .full
                .fill(&mut out, &self.row(*index, &touches), "");
        }
        (out, indices, more)
    }

    pub(crate) fn klarna_document(&self, index: usize) -> Option<Bytes> {
        if index >= self.count {
            return None;
        }
        let touches = self.touches();
        let mut out = Vec::with_capacity(6_000);
        kind_of(&self.klarna, index)
            .full
            .fill(&mut out, &self.row(index, &touches), "");
        Some(out.into())
    }

    /// Matching disputes, newest first: what was never touched by its window, merged with what each touch moved.
    fn matches<'a>(
        &'a self,
        kinds: &'a [Kind],
        query: &'a Range<'a>,
        touches: &'a [Touch],
        any: bool,
    ) -> impl Iterator<Item = usize> + 'a {
        let (after, before) = query.updated;
        let low = query
            .created
            .0
            .map_or(0, |at| self.first(|index| self.created(index) >= at));
        let high = query
            .created
            .1
            .map_or(self.count, |at| self.first(|index| self.created(index) > at))
            .min(query.below.unwrap_or(self.count));
        let from = self.first(|index| self.updated(index) >= after).max(low);
        let to = self.first(|index| self.updated(index) > before).min(high);
        let mut sources: Vec<std::iter::Peekable<Indices<'a>>> = Vec::new();
        if any {
            let still: Indices<'a> =
                Box::new((from..to).rev().filter(|index| last(touches, *index).is_none()));
            sources.push(still.peekable());
            for (place, touch) in touches
                .iter()
                .enumerate()
                .filter(|(_, touch)| (after..=before).contains(&touch.at))
            {
                let moved = touch
                    .indices(low, high)
                    .filter(move |index| last(touches, *index) == Some(place));
                sources.push((Box::new(moved) as Indices<'a>).peekable());
            }
        }
        let merged = std::iter::from_fn(move || {
            let heads = sources
                .iter_mut()
                .enumerate()
                .filter_map(|(place, source)| Some((*source.peek()?, place)));
            let (_, place) = heads.max()?;
            sources[place].next()
        });
        merged.filter(move |index| (query.wants)(&kind_of(kinds, *index).state))
    }

    fn row(&self, index: usize, touches: &[Touch]) -> Row {
        let revision = touches.iter().filter(|touch| touch.hits(index)).count();
        let updated = last(touches, index).map_or_else(|| self.updated(index), |place| touches[place].at);
        Row {
            index,
            revision,
            created: stamp(self.created(index)),
            updated: stamp(updated),
        }
    }

    fn created(&self, index: usize) -> Time {
        self.start + self.step * i32::try_from(index).unwrap_or(i32::MAX)
    }

    fn updated(&self, index: usize) -> Time {
        self.created(index) + Duration::milliseconds(self.step.num_milliseconds() / 2)
    }

    /// The first index for which `holds` is true, by halving: all times grow with the index.
    fn first(&self, holds: impl Fn(usize) -> bool) -> usize {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low.midpoint(high);
            if holds(middle) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        low
    }

    fn touches(&self) -> MutexGuard<'_, Vec<Touch>> {
        self.touches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of eight waits for the merchant, one is under review, the rest is history.
fn kind_of(kinds: &[Kind], index: usize) -> &Kind {
    &kinds[match index % 8 {
        0 => 0,
        1 => 1,
        2 | 3 => 2,
        _ => 3,
    }]
}

pub(crate) fn answer(body: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}
