//! What may be shown of each figure, in the words and digits that the other formats have.

use docket_app::Changed;
use docket_core::money::Money;
use docket_core::stats::{AmountRate, AmountShown, Amounts, Drift, Mixed, Points, Rate, Shown, Standard};

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
            Shown::Nothing => Self::words(nothing),
            Shown::Counts { hits, n } => Self {
                main: format!("{hits} of {n}"),
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
                main: format!("{percent:.1} %"),
                detail: Some(format!(
                    "{hits} of {n}; {:.1} to {:.1} %",
                    interval.low, interval.high
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
            return Self::words("is the mix");
        };
        if immature {
            return Self::words("not compared");
        }
        match rate {
            Standard::Missing { .. } => Self::words(format!("has {} of {} of the mix", covers.0, covers.1)),
            Standard::TooFew { .. } => Self::words("too few"),
            Standard::Percent { percent, n, weak, .. } => Self {
                main: format!("{:.1} %", percent.value),
                detail: Some(format!(
                    "n {n}; {:.1} to {:.1} %",
                    percent.interval.low.max(0.0),
                    percent.interval.high.min(100.0)
                )),
                weak,
            },
        }
    }

    fn amount(rate: AmountRate, money: impl Fn(i64) -> Money) -> Self {
        let of = format!("{} of {}", money(rate.part()), money(rate.whole()));
        match rate.shown() {
            AmountShown::Nothing => Self::words("none"),
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
                main: format!("{percent:.1} %"),
                detail: Some(format!(
                    "{of}; n {}; {:.1} to {:.1} %",
                    rate.cases(),
                    interval.low,
                    interval.high
                )),
                weak,
            },
        }
    }

    /// Few cases: a percentage that must not be leant on.
    pub fn few(&self) -> bool {
        self.weak && self.detail.is_some()
    }
}

/// A line of the table of amounts.
#[derive(Debug)]
pub struct MoneyRow {
    pub label: String,
    pub currency: String,
    /// The cases in this currency; none where the group cannot be told in an address, or amounts were converted.
    pub url: Option<String>,
    pub shares: Vec<RateCell>,
    pub sums: Vec<String>,
}

impl MoneyRow {
    pub fn of(label: &str, amounts: &Amounts, url: Option<String>) -> Self {
        let money = |minor| Money::new(minor, amounts.currency);
        let known =
            |minor: Option<i64>| minor.map_or_else(|| "not known".to_owned(), |m| money(m).to_string());
        let shares = [amounts.won, amounts.recovered, amounts.retained];
        Self {
            label: label.to_owned(),
            currency: amounts.currency.to_string(),
            url,
            shares: shares
                .into_iter()
                .map(|rate| RateCell::amount(rate, money))
                .collect(),
            sums: vec![
                known(amounts.fees.map(|fees| fees.platform)),
                known(amounts.fees.map(|fees| fees.agency)),
                known(amounts.net_benefit()),
            ],
        }
    }
}

/// What changed since the period before, in sentences.
pub fn changed(changed: Changed) -> Vec<String> {
    let (before, change) = match changed {
        Changed::NoneBefore => return vec!["Nothing was decided in the period before.".to_owned()],
        Changed::Immature => {
            return vec![
                "Not compared: more than 10 % of the cases of one of the two periods are still open."
                    .to_owned(),
            ];
        }
        Changed::Since(before, change) => (before, change),
    };
    let days = format!("{} to {}", before.from.date_naive(), before.to.date_naive());
    let mut says = vec![format!(
        "Before, {days}: {}. Now: {}.",
        change.before, change.after
    )];
    let points = |points: Points| {
        let (low, high) = (points.interval.low, points.interval.high);
        format!(
            "{} points ({} to {})",
            tenths(points.value),
            tenths(low),
            tenths(high)
        )
    };
    match change.drift {
        Drift::TooFew => says.push("Too few decided cases to say more.".to_owned()),
        Drift::Parts { total, mix, rate } => says.extend([
            format!("Difference: {}.", points(total)),
            format!("Of that, other platforms and reasons: {} points.", tenths(mix)),
            format!(
                "Of that, rates of the same platform and reason: {}.",
                points(rate)
            ),
        ]),
    }
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
        Some((currency, band)) => format!("{currency} {}", show::words(band.get(2..).unwrap_or(band))),
        None => key.to_owned(),
    }
}
