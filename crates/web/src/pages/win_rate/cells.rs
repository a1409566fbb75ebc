//! What may be shown of each figure, in the words and digits that the other formats have.

use docket_app::Changed;
use docket_core::money::Money;
use docket_core::stats::{AmountRate, AmountShown, Drift, Mixed, Points, Rate, Shown, Shrunk, Standard};

use crate::show;

/// What may be shown of a rate.
#[derive(Debug)]
pub struct RateCell {
    pub main: String,
    pub detail: Option<String>,
    pub weak: bool,
}

impl RateCell {
    /// `nothing` is said where there is nothing to take a share of.
    pub fn of(rate: Rate, nothing: &str) -> Self {
        match rate.shown() {
            Shown::Nothing => Self::words(show::said(nothing)),
            Shown::Counts { hits, n } => Self {
                main: show::of(hits, n),
                detail: None,
                weak: false,
            },
            Shown::Percent {
                hits,
                n,
                percent,
                interval,
                weak,
            } => Self {
                main: show::percent(percent),
                detail: Some(format!(
                    "{}; {}",
                    show::of(hits, n),
                    show::interval(interval.low, interval.high)
                )),
                weak,
            },
        }
    }

    fn words(text: impl Into<String>) -> Self {
        Self {
            main: text.into(),
            detail: None,
            weak: true,
        }
    }

    /// The rate at the report's mix; the whole is the mix.
    pub fn mixed(mixed: Option<Mixed>, immature: bool) -> Self {
        let Some(Mixed { rate, covers }) = mixed else {
            return Self::words(show::said("is_the_mix"));
        };
        if immature {
            return Self::words(show::said("not_compared"));
        }
        let part = || {
            show::said_with(
                "mix_covers",
                &[("covers", covers.0.to_string()), ("of", covers.1.to_string())],
            )
        };
        match rate {
            Standard::Missing { .. } => Self::words(part()),
            Standard::TooFew { .. } => Self::words(show::said("too_few")),
            Standard::Percent { percent, n, weak, .. } => Self {
                main: show::percent(percent.value),
                detail: Some(format!(
                    "n {n}; {}{}",
                    show::interval(percent.interval.low.max(0.0), percent.interval.high.min(100.0)),
                    // Of a part of the mix only: another group may lack another part.
                    if covers.0 < covers.1 {
                        format!("; {}", part())
                    } else {
                        String::new()
                    }
                )),
                weak,
            },
        }
    }

    /// The rate shrunk towards that of all others.
    pub fn shrunk(shrunk: Option<Shrunk>) -> Self {
        let Some(shrunk) = shrunk else {
            return Self::words(show::said("not_shrunk"));
        };
        Self {
            main: show::percent(shrunk.percent),
            detail: Some(show::interval(shrunk.interval.low, shrunk.interval.high)),
            weak: false,
        }
    }

    pub fn amount(rate: AmountRate, money: impl Fn(i64) -> Money) -> Self {
        let of = show::of(show::money(money(rate.part())), show::money(money(rate.whole())));
        match rate.shown() {
            AmountShown::Nothing => Self::words(show::said("none")),
            AmountShown::Amounts => Self {
                main: of,
                detail: Some(format!("n {}", rate.cases())),
                weak: false,
            },
            AmountShown::Percent {
                percent,
                interval,
                weak,
            } => Self {
                main: show::percent(percent),
                detail: Some(format!(
                    "{of}; n {}; {}",
                    rate.cases(),
                    show::interval(interval.low, interval.high)
                )),
                weak,
            },
        }
    }

    /// With its detail in brackets.
    pub fn whole(&self) -> String {
        match &self.detail {
            Some(detail) => format!("{} ({detail})", self.main),
            None => self.main.clone(),
        }
    }

    /// Few cases: a percentage that must not be leant on.
    pub fn few(&self) -> bool {
        self.weak && self.detail.is_some()
    }
}

/// What is not known of answers and amounts, in each currency.
pub fn not_known(total: &docket_core::stats::Line) -> Vec<String> {
    let undated = (total.undated > 0)
        .then(|| show::said_with("undated", &[("n", show::number(&total.undated.into()))]));
    let elsewhere = total.amounts.iter().flat_map(|one| {
        one.fees_elsewhere().iter().map(|(currency, fees)| {
            let all = Money::new(fees.platform.saturating_add(fees.agency), *currency);
            let places = [
                ("currency", one.currency.to_string()),
                ("amount", show::money(all)),
            ];
            show::said_with("fees_elsewhere", &places)
        })
    });
    let each = total.amounts.iter().flat_map(|one| {
        [
            ("fees_unknown", one.fee_unknown),
            ("partial_unknown", one.kept_unknown),
        ]
        .into_iter()
        .filter(|(_, cases)| *cases > 0)
        .map(|(key, cases)| {
            let places = [("n", cases.to_string()), ("currency", one.currency.to_string())];
            show::said_with(key, &places)
        })
    });
    undated.into_iter().chain(elsewhere).chain(each).collect()
}

/// What changed since the period before, in sentences.
pub fn changed(changed: Changed) -> Vec<String> {
    let count = |n: u64| show::number(&n.into());
    let (before, change) = match changed {
        Changed::NoneBefore => return vec![show::said("change.none_before")],
        Changed::Immature { now, before } => {
            let places = [
                ("open", count(now.0)),
                ("received", count(now.1)),
                ("open_before", count(before.0)),
                ("received_before", count(before.1)),
            ];
            return vec![show::said_with("change.immature", &places)];
        }
        Changed::Since(before, change) => (before, change),
    };
    let rates = [
        ("from", show::day(before.from.date_naive())),
        ("to", show::day(before.last_day())),
        ("before", show::rate(change.before)),
        ("after", show::rate(change.after)),
    ];
    let mut says = vec![show::said_with("change.rates", &rates)];
    let points = |points: Points| {
        let (low, high) = (points.interval.low, points.interval.high);
        show::points(&tenths(points.value), &tenths(low), &tenths(high))
    };
    let Drift::Parts {
        total,
        mix,
        rate,
        common,
    } = change.drift
    else {
        says.push(show::said("change.too_few"));
        return says;
    };
    says.push(show::said_with("change.total", &[("total", points(total))]));
    says.push(show::said_with("change.mix", &[("mix", points(mix))]));
    says.push(match rate {
        None => show::said("change.no_common"),
        Some(rate) => show::said_with(
            "change.within",
            &[
                ("rates", points(rate)),
                ("before", count(common.0)),
                ("all_before", count(change.before.n())),
                ("after", count(common.1)),
                ("all_after", count(change.after.n())),
            ],
        ),
    });
    says
}

/// One decimal, and no minus before nothing.
fn tenths(number: f64) -> String {
    let text = format!("{number:.1}");
    if text == "-0.0" { "0.0".to_owned() } else { text }
}

/// A band's name without the number that sorts it.
pub fn band(key: &str) -> String {
    match key.split_once(' ') {
        Some((currency, band)) => format!("{currency} {}", show::said(&format!("band.{band}"))),
        None => key.to_owned(),
    }
}
