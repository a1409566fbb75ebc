//! The reasons of a recommendation, in words.

use super::Fee;
use crate::case::Case;
use crate::evidence::Checklist;
use crate::sentence;
use crate::sentence::{Percent, Sentence};
use crate::stats::{COUNTS_ONLY_BELOW, Chance, Decided};

pub(super) fn history(own: Decided, portfolio: Option<Decided>, chance: Chance) -> Sentence {
    let own_words = match own.n {
        0 => sentence!("no similar case of the client was decided yet"),
        n if n < COUNTS_ONLY_BELOW => {
            sentence!(
                "{won} of {n} similar cases of the client won (few)",
                won = own.won,
                n
            )
        }
        n => sentence!("{won} of {n} similar cases of the client won", won = own.won, n),
    };
    let all = portfolio.map_or_else(
        || sentence!("the portfolio is too small to be shown"),
        |all| sentence!("portfolio: {won} of {n}", won = all.won, n = all.n),
    );
    sentence!(
        "chance to win {point}, 95 % interval {low} to {high}: {own}; {portfolio}; shrunk towards the portfolio and a weak prior",
        point = Percent::of(chance.point),
        low = Percent::of(chance.low),
        high = Percent::of(chance.high),
        own = own_words,
        portfolio = all
    )
}

pub(super) fn evidence(list: &Checklist) -> Sentence {
    let reason = sentence!(
        "evidence is complete to {share} % of its weight",
        share = list.completeness
    );
    list.warnings
        .iter()
        .fold(reason, |reason, warning| reason.also(warning.clone()))
}

pub(super) fn fees(case: &Case, fee: Option<&Fee>) -> Sentence {
    let platform = case.platform.title();
    match fee {
        Some(fee) => sentence!(
            "{platform} charges {won} for a contest won, {lost} for one lost, {accepted} without one (configured)",
            platform,
            won = fee.won,
            lost = fee.lost,
            accepted = fee.accepted
        ),
        None => sentence!(
            "what {platform} charges for a dispute in {currency} is not configured ([[advice.fees]]): the values leave it out",
            platform,
            currency = case.facts.amount.currency.to_string()
        ),
    }
}
