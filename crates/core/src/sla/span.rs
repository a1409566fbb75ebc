//! Stretches of time.

use chrono::{DateTime, Utc};
use serde::Serialize;

/// From an instant up to, and without, another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Span {
    /// First instant.
    pub from: DateTime<Utc>,
    /// First instant after it.
    pub to: DateTime<Utc>,
}

impl Span {
    /// None where nothing lies between the two.
    pub fn new(from: DateTime<Utc>, to: DateTime<Utc>) -> Option<Self> {
        (from < to).then_some(Self { from, to })
    }

    fn and(self, other: Self) -> Option<Self> {
        Self::new(self.from.max(other.from), self.to.min(other.to))
    }
}

/// The same instants once each, in order: what overlaps or touches becomes one.
pub fn union(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut all: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match all.last_mut() {
            Some(last) if span.from <= last.to => last.to = last.to.max(span.to),
            Some(_) | None => all.push(span),
        }
    }
    all
}

/// The instants of both, which are in order and do not overlap ([`union`]).
pub fn both(one: &[Span], other: &[Span]) -> Vec<Span> {
    let mut found = Vec::new();
    let (mut i, mut j) = (0, 0);
    while let (Some(a), Some(b)) = (one.get(i), other.get(j)) {
        found.extend(a.and(*b));
        if a.to <= b.to {
            i += 1;
        } else {
            j += 1;
        }
    }
    found
}

/// The instants of one without those of the other; both are in order and do not overlap ([`union`]).
pub fn minus(one: &[Span], other: &[Span]) -> Vec<Span> {
    let mut left = Vec::new();
    let mut first = 0;
    for span in one {
        let mut from = span.from;
        while other.get(first).is_some_and(|o| o.to <= span.from) {
            first += 1;
        }
        for taken in other[first..].iter().take_while(|o| o.from < span.to) {
            left.extend(Span::new(from, taken.from));
            from = from.max(taken.to);
        }
        left.extend(Span::new(from, span.to));
    }
    left
}
