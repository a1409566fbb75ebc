//! The forest plot: each compared level's adjusted difference to its reference, with its interval.

use docket_app::figures::shown;
use docket_core::stats::{Beside, FactorReport};

use crate::show;

/// Names take so much, the field so much more, on both sides of no difference.
const LEFT: f64 = 300.0;
const FIELD: f64 = 340.0;
const ROW: usize = 24;

/// Ends that the axis may have, in percentage points; no difference is larger than the last one.
const ENDS: [f64; 4] = [25.0, 50.0, 75.0, 100.0];

/// The plot; without rows nothing is drawn.
#[derive(Debug, Default)]
pub struct Forest {
    pub rows: Vec<Mark>,
    pub end: f64,
    /// Compared levels of factors that were not named before and that chance explains: in the tables only.
    pub left_out: usize,
}

/// One level.
#[derive(Debug)]
pub struct Mark {
    pub label: String,
    pub value: f64,
    pub low: f64,
    pub high: f64,
    pub stands_out: bool,
    pub weak: bool,
    pub y: usize,
    end: f64,
}

fn x(points: f64, end: f64) -> String {
    let share = (points.clamp(-end, end) + end) / (2.0 * end);
    format!("{:.1}", LEFT + share * FIELD)
}

impl Mark {
    pub fn x(&self) -> String {
        x(self.value, self.end)
    }

    pub fn low_x(&self) -> String {
        x(self.low, self.end)
    }

    /// The same in figures.
    pub fn said(&self) -> String {
        let tenth = |number: f64| format!("{number:.1}");
        show::points(&tenth(self.value), &tenth(self.low), &tenth(self.high))
    }

    pub fn high_x(&self) -> String {
        x(self.high, self.end)
    }
}

impl Forest {
    pub fn of(report: &FactorReport) -> Self {
        let mut plot = Self::default();
        for table in &report.factors {
            for level in shown::levels(table) {
                let Beside::Compared {
                    found, stands_out, ..
                } = &level.beside
                else {
                    continue;
                };
                if !table.subject.pre_named() && !stands_out {
                    plot.left_out += 1;
                    continue;
                }
                let difference = found.difference();
                plot.rows.push(Mark {
                    label: format!("{}: {}", show::factor(&table.subject), show::words(&level.name)),
                    value: difference.value,
                    low: difference.interval.low,
                    high: difference.interval.high,
                    stands_out: *stands_out,
                    weak: found.weak(),
                    y: plot.rows.len() * ROW + 14,
                    end: 0.0,
                });
            }
        }
        let reach = plot
            .rows
            .iter()
            .flat_map(|mark| [mark.low.abs(), mark.high.abs()]);
        let reach = reach.fold(0.0, f64::max);
        plot.end = ENDS.into_iter().find(|end| reach <= *end).unwrap_or(ENDS[3]);
        for mark in &mut plot.rows {
            mark.end = plot.end;
        }
        plot
    }

    pub fn height(&self) -> usize {
        self.rows.len() * ROW + 34
    }

    pub fn field(&self) -> usize {
        self.rows.len() * ROW + 4
    }

    /// The lines of the axis: where, and what they say.
    pub fn grid(&self) -> Vec<(String, String)> {
        [-1.0, -0.5, 0.0, 0.5, 1.0]
            .map(|part| {
                let points = part * self.end;
                // Half of 25 and 75 has a half.
                let text = format!("{points:+.1}").replace(".0", "");
                let text = if points == 0.0 { "0".to_owned() } else { text };
                (x(points, self.end), text)
            })
            .into()
    }

    pub fn zero(&self) -> String {
        x(0.0, self.end)
    }
}
