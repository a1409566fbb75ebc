//! The three platforms, what tells them apart at the gate, and which merchant is on which.

use axum::{
    body::Bytes,
    http::{HeaderMap, request::Parts},
    response::Response,
};
use rand::{rngs::StdRng, seq::IndexedRandom};
use serde::{Deserialize, Serialize};

use crate::{account::Account, app::App, dispute::Time, klarna, paypal, plant, shopify, world::World};

/// A simulated platform.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Platform {
    /// The default, because state files from before the others existed do not say it.
    #[default]
    PayPal,
    Klarna,
    Shopify,
}

/// What a request is for, as the counters sort it. `Act` is a write: only writes can be handled and then denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    Token,
    List,
    Show,
    Act,
}

/// How a platform speaks where the gate answers in its place.
pub(crate) struct Voice {
    pub route: fn(&Parts, &Bytes) -> Route,
    /// Whose request this is; `None` while nobody can be told from it.
    pub owner: fn(&App, &Parts) -> Option<usize>,
    /// Whether one request is one unit of the platform's limit; otherwise the platform books its own (`App::rates`).
    pub books_requests: bool,
    /// The drawn fault, not the platform's own limit.
    pub rate_limited: fn(&App) -> Response,
    pub server_error: fn() -> Response,
    pub unavailable: fn() -> Response,
    /// 401; what the request carried is worthless from now on, where the platform has such a thing.
    pub expired: fn(&App, &HeaderMap) -> Response,
    /// Adds what every answer carries.
    pub named: fn(Response) -> Response,
}

impl Platform {
    pub(crate) const ALL: [Self; 3] = [Self::PayPal, Self::Klarna, Self::Shopify];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::PayPal => "paypal",
            Self::Klarna => "klarna",
            Self::Shopify => "shopify",
        }
    }

    pub(crate) fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|platform| platform.word() == word)
    }

    pub(crate) fn place(self) -> usize {
        match self {
            Self::PayPal => 0,
            Self::Klarna => 1,
            Self::Shopify => 2,
        }
    }

    pub(crate) fn voice(self) -> &'static Voice {
        match self {
            Self::PayPal => &paypal::VOICE,
            Self::Klarna => &klarna::VOICE,
            Self::Shopify => &shopify::VOICE,
        }
    }

    /// One of a merchant's platforms; draws nothing where there is no choice, so that seeds keep their stories.
    pub(crate) fn of(account: &Account, rng: &mut StdRng) -> Self {
        let words = &account.platforms;
        let word = match words.as_slice() {
            [only] => Some(only),
            _ => words.choose(rng),
        };
        word.and_then(|word| Self::named(word)).unwrap_or_default()
    }

    /// Plants one dispute of the past half year.
    pub(crate) fn past(
        self,
        world: &mut World,
        rng: &mut StdRng,
        account: usize,
        owner: &Account,
        now: Time,
    ) {
        match self {
            Self::PayPal => plant::one_past(world, rng, account, owner, now),
            Self::Klarna => klarna::past(world, rng, account, owner, now),
            Self::Shopify => shopify::past(world, rng, account, owner, now),
        }
    }

    /// One that has just come in.
    pub(crate) fn arrival(
        self,
        world: &mut World,
        rng: &mut StdRng,
        account: usize,
        owner: &Account,
        now: Time,
    ) {
        match self {
            Self::PayPal => plant::one_arrival(world, rng, account, owner, now),
            Self::Klarna => klarna::arrival(world, rng, account, owner, now),
            Self::Shopify => shopify::arrival(world, rng, account, owner, now),
        }
    }

    /// Decides a dispute that was answered, if it still waits for that.
    pub(crate) fn decide(self, world: &mut World, rng: &mut StdRng, id: &str, now: Time) -> bool {
        match self {
            Self::PayPal => crate::live::decide(world, rng, id, now),
            Self::Klarna => klarna::decide(world, rng, id, now),
            Self::Shopify => shopify::decide(world, rng, id, now),
        }
    }

    /// Moves one dispute on, if there is one that can be moved.
    pub(crate) fn change(self, world: &mut World, rng: &mut StdRng, now: Time) {
        match self {
            Self::PayPal => crate::live::change(world, rng, now),
            Self::Klarna => klarna::change(world, rng, now),
            Self::Shopify => shopify::change(world, rng, now),
        }
    }
}

/// Which merchants are on which platforms.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mix {
    /// Every merchant on PayPal only.
    #[default]
    PayPal,
    /// Every merchant on Klarna only.
    Klarna,
    /// Every merchant on Shopify only.
    Shopify,
    /// Every merchant on all three.
    All,
    /// Six different combinations in turn, the first merchant on all three.
    Varied,
}

impl Mix {
    /// Names that [`Mix::named`] knows.
    pub const NAMES: &[&str] = &["paypal", "klarna", "shopify", "all", "varied"];

    /// The mix that a command line names.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "paypal" => Self::PayPal,
            "klarna" => Self::Klarna,
            "shopify" => Self::Shopify,
            "all" => Self::All,
            "varied" => Self::Varied,
            _ => return None,
        })
    }

    /// Platforms of the merchant at `index`.
    pub(crate) fn platforms(self, index: usize) -> Vec<&'static str> {
        use Platform::{Klarna, PayPal, Shopify};
        let platforms: &[Platform] = match self {
            Self::PayPal => &[PayPal],
            Self::Klarna => &[Klarna],
            Self::Shopify => &[Shopify],
            Self::All => &Platform::ALL,
            Self::Varied => match index % 6 {
                0 => &Platform::ALL,
                1 => &[PayPal, Klarna],
                2 => &[PayPal, Shopify],
                3 => &[Klarna],
                4 => &[Klarna, Shopify],
                _ => &[PayPal],
            },
        };
        platforms.iter().map(|platform| platform.word()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_varied_mix_has_six_different_combinations() {
        let mut mixes: Vec<_> = (0..6).map(|index| Mix::Varied.platforms(index)).collect();
        assert_eq!(mixes[0], ["paypal", "klarna", "shopify"]);
        mixes.sort();
        mixes.dedup();
        assert_eq!(mixes.len(), 6);
        for name in Mix::NAMES {
            assert!(Mix::named(name).is_some(), "{name}");
        }
        assert_eq!(Mix::named("stripe"), None);
    }
}
