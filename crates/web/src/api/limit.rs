//! How often a token may ask: so many requests a minute, evenly refilled, in each process of its own.

use std::num::NonZeroU32;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use docket_core::env::Env;
use docket_core::id::TokenId;
use governor::clock::Clock;
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

/// The desk's clock, as the limiter reads it: since 1970.
#[derive(Debug, Clone)]
struct DeskClock(Env);

impl Clock for DeskClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        let micros = self.0.now().timestamp_micros();
        Duration::from_micros(u64::try_from(micros).unwrap_or_default())
    }
}

type Limiter = RateLimiter<TokenId, DefaultKeyedStateStore<TokenId>, DeskClock, StateInformationMiddleware>;

/// The limits of all tokens.
#[derive(Debug)]
pub struct Limits {
    limiter: Limiter,
    clock: DeskClock,
    each_minute: NonZeroU32,
}

/// Where a token stands after a request.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    limit: u32,
    left: u32,
    /// Seconds until all is refilled.
    full_in: u64,
    /// Seconds until the next request may come, if this one may not.
    pub wait: Option<u64>,
}

impl Limits {
    pub fn new(each_minute: NonZeroU32, env: Env) -> Self {
        let clock = DeskClock(env);
        let quota = Quota::per_minute(each_minute);
        Self {
            limiter: Limiter::new(quota, DefaultKeyedStateStore::default(), clock.clone()),
            clock,
            each_minute,
        }
    }

    /// Counts a request of a token.
    pub fn count(&self, token: TokenId) -> Standing {
        let limit = self.each_minute.get();
        match self.limiter.check_key(&token) {
            Ok(state) => {
                let left = state.remaining_burst_capacity();
                let missing = u64::from(limit.saturating_sub(left));
                Standing {
                    limit,
                    left,
                    full_in: (missing * 60).div_ceil(u64::from(limit)),
                    wait: None,
                }
            }
            Err(until) => {
                let wait = until.wait_time_from(self.clock.now());
                Standing {
                    limit,
                    left: 0,
                    full_in: 60,
                    wait: Some(wait.as_secs() + u64::from(wait.subsec_nanos() > 0)),
                }
            }
        }
    }
}

impl Standing {
    /// Says it with an answer.
    pub fn tell(self, headers: &mut HeaderMap) {
        for (name, value) in [
            ("ratelimit-limit", u64::from(self.limit)),
            ("ratelimit-remaining", u64::from(self.left)),
            ("ratelimit-reset", self.full_in),
        ] {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
        }
    }
}
