//! When an account may call again.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::Error;

/// Refusals of fresh tokens, or of credentials that do not expire, in a row until a person is told.
pub(super) const REFUSALS: u32 = 5;
/// No pause grows beyond this.
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// A pause that the platform names is believed up to a day.
const BELIEVED: Duration = Duration::from_secs(24 * 60 * 60);

/// The pause that the platform asked of one account.
#[derive(Debug, Default)]
pub(super) struct Pace(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    blocked_until: Option<DateTime<Utc>>,
    strikes: u32,
    refusals: u32,
    /// The token that was refused last, by its place in the order of issue.
    refused: Option<u64>,
}

impl Pace {
    /// Whether the account may call now.
    pub(super) fn check(&self, now: DateTime<Utc>) -> Result<(), Error> {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state
            .blocked_until
            .and_then(|until| (until - now).to_std().ok())
            .filter(|left| !left.is_zero())
        {
            Some(left) => Err(Error::Retry {
                after: Some(left),
                why: "the platform asked this account to pause".to_owned(),
            }),
            None => Ok(()),
        }
    }

    /// Takes note of a 429 and says how long to wait: as long as the platform wishes, else `first`, doubled each time.
    pub(super) fn blocked(&self, now: DateTime<Utc>, wish: Option<Duration>, first: Duration) -> Duration {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let grown = first.saturating_mul(1 << state.strikes.min(10)).min(LONGEST);
        let pause = wish.map_or(grown, |wish| wish.clamp(Duration::from_secs(1), BELIEVED));
        // Twenty calls under way that all hear 429 are one strike, not twenty.
        if state.blocked_until.is_none_or(|until| until <= now) {
            state.strikes = state.strikes.saturating_add(1);
        }
        let until = now + TimeDelta::from_std(pause).unwrap_or(TimeDelta::days(1));
        state.blocked_until = Some(state.blocked_until.map_or(until, |before| before.max(until)));
        pause
    }

    /// Takes note of a 401 that came with a fresh token. True once it came so often in a row that it is no accident:
    /// a token may expire or be revoked between two calls, but credentials that hold do not meet that every time.
    /// Twenty calls under way with one token that ends are one refusal, not twenty.
    pub(super) fn refused(&self, token: u64) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.refused.replace(token) != Some(token) {
            state.refusals = state.refusals.saturating_add(1);
        }
        state.refusals >= REFUSALS
    }

    /// Takes note that a token was accepted.
    pub(super) fn accepted(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).refusals = 0;
    }

    /// Takes note of an answer that was no 429.
    pub(super) fn fine(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).strikes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Duration = Duration::from_secs(30);

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn pauses_double_until_an_answer_comes() {
        let pace = Pace::default();
        assert_eq!(pace.blocked(at(0), None, FIRST), Duration::from_secs(30));
        assert!(
            matches!(pace.check(at(10)), Err(Error::Retry { after: Some(left), .. }) if left.as_secs() == 20)
        );
        assert!(pace.check(at(30)).is_ok());
        assert_eq!(pace.blocked(at(31), None, FIRST), Duration::from_secs(60));
        pace.fine();
        assert_eq!(pace.blocked(at(100), None, FIRST), Duration::from_secs(30));
    }

    #[test]
    fn many_calls_with_one_refused_token_are_one_refusal() {
        let pace = Pace::default();
        assert!((0..20).all(|_| !pace.refused(1)));
        assert!((2..5).all(|token| !pace.refused(token)));
        assert!(pace.refused(5), "five tokens in a row are no accident");
        pace.accepted();
        assert!(!pace.refused(6));
    }

    #[test]
    fn many_answers_at_once_are_one_strike() {
        let pace = Pace::default();
        for _ in 0..20 {
            pace.blocked(at(0), None, FIRST);
        }
        assert!(pace.check(at(61)).is_ok(), "doubled once at most");
    }

    #[test]
    fn the_platforms_wish_counts_within_reason() {
        let pace = Pace::default();
        assert_eq!(
            pace.blocked(at(0), Some(Duration::from_secs(7)), FIRST),
            Duration::from_secs(7)
        );
        assert_eq!(
            pace.blocked(at(9), Some(Duration::from_secs(u64::MAX)), FIRST),
            BELIEVED
        );
    }
}
