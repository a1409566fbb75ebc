//! The reasons of a recommendation, in words.

use super::Fee;
use crate::case::Case;
use crate::evidence::Checklist;
use crate::sentence;
use crate::sentence::{Percent, Sentence};
use crate::stats::{COUNTS_ONLY_BELOW, Chance, Decided, History};

pub(super) fn history(own: History, portfolio: Option<History>, chance: Chance) -> Sentence {
    let Decided { won, n } = own.all;
    let own_words = match n {
        0 => sentence!("no similar case of the client was decided yet"),
        n if n < COUNTS_ONLY_BELOW => {
            sentence!("{won} of {n} similar cases of the client won (few)", won, n)
        }
        n => sentence!("{won} of {n} similar cases of the client won", won, n),
    };
    let own_words = alike(own_words, own.alike);
    let all = portfolio.map_or_else(
        || sentence!("the portfolio is too small to be shown"),
        |all| {
            let Decided { won, n } = all.all;
            alike(sentence!("portfolio: {won} of {n}", won, n), all.alike)
        },
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

fn alike(all: Sentence, Decided { won, n }: Decided) -> Sentence {
    match n {
        0 => all,
        n => all.also(sentence!("{won} of {n} with evidence as complete", won, n)),
    }
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
