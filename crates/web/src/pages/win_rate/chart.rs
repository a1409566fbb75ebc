//! The chart of the win-rate report.

use docket_app::figures::shown;
use docket_app::{GroupBy, WinRateReport, board};
use docket_core::stats::{Line, Points, Shown, Standard};

use super::label;
use crate::show;
use crate::texts::t;

/// A line of the chart, in units of its own 100.
#[derive(Debug)]
pub struct Bar {
    pub label: String,
    pub percent: f64,
    pub low: f64,
    pub high: f64,
    pub weak: bool,
    pub y: usize,
}

impl Bar {
    /// The same in figures.
    pub fn said(&self) -> String {
        let interval = show::interval(self.low, self.high);
        t("rep-interval")
            .with("percent", show::percent(self.percent))
            .with("interval", interval)
            .plain()
    }

    pub fn low_x(&self) -> String {
        x(self.low)
    }

    pub fn high_x(&self) -> String {
        x(self.high)
    }

    pub fn point_x(&self) -> String {
        x(self.percent)
    }
}

/// Where a percentage stands on the drawing: names take 210 units, each percent 4.2.
fn x(percent: f64) -> String {
    format!("{:.1}", 210.0 + percent * 4.2)
}

/// What the chart shows of a group: percent, the ends of its interval, whether few cases stand behind it.
fn drawn(line: &Line, by: GroupBy) -> Option<(f64, f64, f64, bool)> {
    if shown::at_fixed_mix(by) {
        return match line.standard?.rate {
            Standard::Percent {
                percent: Points { value, interval },
                weak,
                ..
            } => Some((value, interval.low.max(0.0), interval.high.min(100.0), weak)),
            Standard::Missing { .. } | Standard::TooFew { .. } => None,
        };
    }
    match line.group.rate().shown() {
        Shown::Percent {
            percent,
            interval,
            weak,
            ..
        } => Some((percent, interval.low, interval.high, weak)),
        Shown::Nothing | Shown::Counts { .. } => None,
    }
}

/// Groups whose percentages may be shown and compared; the others stand in the table only.
pub fn chart(report: &WinRateReport, shown: &[&Line]) -> Vec<Bar> {
    let by = report.wish.by;
    let mature = shown.iter().filter(|line| !line.group.immature());
    let percents = mature.filter_map(|line| drawn(line, by).map(|drawn| (line.group.key.as_str(), drawn)));
    let percents: Vec<_> = percents.collect();
    let keys: Vec<&str> = percents.iter().map(|(key, _)| *key).collect();
    // Only months have letters.
    let most = if by == GroupBy::Month { board::NAMED } else { 0 };
    let marks = board::marks(&report.log, most);
    let letters = board::letters(&marks, &keys).into_iter();
    percents
        .iter()
        .zip(letters)
        .enumerate()
        .map(|(index, ((key, (percent, low, high, weak)), letters))| Bar {
            label: format!("{} {}", label(by, key), letters).trim_end().to_owned(),
            percent: *percent,
            low: *low,
            high: *high,
            weak: *weak,
            y: index * 28 + 14,
        })
        .collect()
}
