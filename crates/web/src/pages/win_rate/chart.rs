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

/// A month with the letters of what changed in it.
fn marked(label: String, report: &WinRateReport) -> String {
    if report.wish.by != GroupBy::Month {
        return label;
    }
    let marks = board::marks(&report.log, board::NAMED);
    let of_month = marks.iter().filter(|(_, entry)| entry.month() == label);
    let letters: Vec<&str> = of_month.map(|(letter, _)| letter.as_str()).collect();
    format!("{label} {}", letters.join(" ")).trim_end().to_owned()
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
    let percents = mature.filter_map(|line| drawn(line, by).map(|drawn| (&line.group, drawn)));
    percents
        .enumerate()
        .map(|(index, (group, (percent, low, high, weak)))| Bar {
            label: marked(label(by, &group.key), report),
            percent,
            low,
            high,
            weak,
            y: index * 28 + 14,
        })
        .collect()
}
