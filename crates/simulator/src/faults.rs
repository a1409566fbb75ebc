//! Bad days on purpose: which requests fail, and how.

use std::collections::HashMap;

use rand::Rng;
use serde::{Deserialize, Serialize};

use crate::platform::Platform;

/// Chances (0 to 1) that a request meets each fault, drawn one by one in this order; the first that strikes decides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// 429 before handling; half of them carry `Retry-After: 1`.
    pub rate_limited: f64,
    /// 500 or 503 before handling.
    pub server_error: f64,
    /// A write is handled, then answered with 500. Reads pass.
    pub error_after: f64,
    /// The connection closes without an answer; the request was not handled.
    pub reset_before: f64,
    /// The connection closes without an answer; the request was handled.
    pub reset_after: f64,
    /// The answer's body stops short of its content-length.
    pub truncated: f64,
    /// 401 as if the token had expired; the token really is revoked. The token route itself passes.
    pub token_expired: f64,
    /// No answer for 60 seconds, then the connection closes; not handled.
    pub hang: f64,
    /// 200 with an HTML page; handled or not, by chance.
    pub garbage: f64,
    /// No chance but a certainty: every request waits this long first.
    pub delay_ms: u64,
}

impl Faults {
    /// Names that [`Faults::named`] knows.
    pub const NAMES: &[&str] = &["none", "mild", "storm", "resets", "lies"];

    /// A ready profile. `storm` draws each of its five kinds at 20 %, so that about a third of all requests pass; `lies` makes answers that hide what happened.
    pub fn named(name: &str) -> Option<Self> {
        let none = Self::default();
        Some(match name {
            "none" => none,
            "mild" => Self {
                rate_limited: 0.02,
                server_error: 0.02,
                error_after: 0.02,
                reset_before: 0.02,
                reset_after: 0.02,
                truncated: 0.02,
                token_expired: 0.02,
                ..none
            },
            "storm" => Self {
                rate_limited: 0.20,
                server_error: 0.20,
                reset_before: 0.10,
                reset_after: 0.10,
                truncated: 0.20,
                token_expired: 0.20,
                ..none
            },
            "resets" => Self {
                reset_before: 0.15,
                reset_after: 0.15,
                error_after: 0.05,
                ..none
            },
            "lies" => Self {
                error_after: 0.10,
                truncated: 0.05,
                garbage: 0.10,
                token_expired: 0.02,
                ..none
            },
            _ => return None,
        })
    }

    /// Whether every share is a number between 0 and 1.
    pub(crate) fn valid(&self) -> bool {
        self.shares().iter().all(|(share, _)| (0.0..=1.0).contains(share))
    }

    pub(crate) fn any(&self) -> bool {
        self.delay_ms > 0 || self.shares().iter().any(|(share, _)| *share > 0.0)
    }

    pub(crate) fn draw(&self, rng: &mut impl Rng) -> Option<Fault> {
        self.shares()
            .into_iter()
            .find(|(chance, _)| *chance > 0.0 && rng.random::<f64>() < *chance)
            .map(|(_, fault)| fault)
    }

    fn shares(&self) -> [(f64, Fault); 9] {
        [
            (self.rate_limited, Fault::RateLimited),
            (self.server_error, Fault::ServerError),
            (self.error_after, Fault::ErrorAfter),
            (self.reset_before, Fault::ResetBefore),
            (self.reset_after, Fault::ResetAfter),
            (self.truncated, Fault::Truncated),
            (self.token_expired, Fault::TokenExpired),
            (self.hang, Fault::Hang),
            (self.garbage, Fault::Garbage),
        ]
    }
}

/// The faults of each platform, and of single accounts on it, which count in their place.
#[derive(Debug, Clone, Default)]
pub(crate) struct FaultBook {
    platforms: [Faults; 3],
    accounts: HashMap<(Platform, usize), Faults>,
}

impl FaultBook {
    pub(crate) fn everywhere(faults: Faults) -> Self {
        Self {
            platforms: [faults; 3],
            accounts: HashMap::new(),
        }
    }

    /// Sets one account, or a platform with all its accounts, or everything.
    pub(crate) fn set(&mut self, platform: Option<Platform>, account: Option<usize>, faults: Faults) {
        for each in Platform::ALL {
            if platform.is_some_and(|wanted| wanted != each) {
                continue;
            }
            match account {
                Some(account) => drop(self.accounts.insert((each, account), faults)),
                None => {
                    self.platforms[each.place()] = faults;
                    self.accounts.retain(|(known, _), _| *known != each);
                }
            }
        }
    }

    pub(crate) fn of(&self, platform: Platform, account: Option<usize>) -> Faults {
        account
            .and_then(|account| self.accounts.get(&(platform, account)))
            .copied()
            .unwrap_or(self.platforms[platform.place()])
    }

    pub(crate) fn any(&self) -> bool {
        self.platforms
            .iter()
            .chain(self.accounts.values())
            .any(Faults::any)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    RateLimited,
    ServerError,
    ErrorAfter,
    ResetBefore,
    ResetAfter,
    Truncated,
    TokenExpired,
    Hang,
    Garbage,
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    #[test]
    fn every_name_is_known_and_valid() {
        for name in Faults::NAMES {
            assert!(Faults::named(name).unwrap().valid(), "{name}");
        }
        assert_eq!(Faults::named("calm"), None);
    }

    #[test]
    fn storm_lets_a_third_through() {
        let storm = Faults::named("storm").unwrap();
        let mut rng = StdRng::seed_from_u64(1);
        let hits = (0..10_000).filter(|_| storm.draw(&mut rng).is_some()).count();
        assert!((6_400..7_000).contains(&hits), "{hits}");
    }
}
