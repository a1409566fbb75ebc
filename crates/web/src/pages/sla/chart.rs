//! The control chart of one target: the share within the limit by month, with intervals and the line that was promised.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use docket_core::stats::{Rate, Shown};

use crate::show;
use crate::texts::t;

/// Height of the drawing's field; a percent is two units.
const FIELD: f64 = 200.0;
/// Units for each month, and left of the first one.
const STEP: usize = 64;
const LEFT: usize = 56;

/// A chart; none where fewer than two months have enough clocks.
#[derive(Debug)]
pub struct Chart {
    pub points: Vec<Point>,
    pub target: Option<u8>,
}

/// One month of raw or adjusted.
#[derive(Debug)]
pub struct Point {
    pub month: String,
    pub adjusted: bool,
    pub percent: f64,
    pub low: f64,
    pub high: f64,
    x: usize,
}

fn y(percent: f64) -> String {
    format!("{:.1}", 10.0 + FIELD - percent * FIELD / 100.0)
}

impl Point {
    pub fn x(&self) -> usize {
        self.x
    }

    pub fn y(&self) -> String {
        y(self.percent)
    }

    pub fn low_y(&self) -> String {
        y(self.low)
    }

    pub fn high_y(&self) -> String {
        y(self.high)
    }

    pub fn view(&self) -> String {
        show::said(if self.adjusted {
            "view.adjusted"
        } else {
            "view.raw"
        })
    }

    /// The same in figures.
    pub fn said(&self) -> String {
        let interval = show::interval(self.low, self.high);
        t("rep-interval")
            .with("percent", show::percent(self.percent))
            .with("interval", interval)
            .plain()
    }
}

impl Chart {
    pub fn of(months: &BTreeMap<NaiveDate, (Rate, Rate)>, target: Option<u8>) -> Option<Self> {
        let mut points = Vec::new();
        for (place, (month, (raw, adjusted))) in months.iter().enumerate() {
            // Raw stands left of adjusted.
            for (rate, is_adjusted, shift) in [(raw, false, 0), (adjusted, true, 14)] {
                if let Shown::Percent {
                    percent, interval, ..
                } = rate.shown()
                {
                    points.push(Point {
                        month: month.format("%Y-%m").to_string(),
                        adjusted: is_adjusted,
                        percent,
                        low: interval.low,
                        high: interval.high,
                        x: LEFT + place * STEP + 16 + shift,
                    });
                }
            }
        }
        let months_shown = points.iter().filter(|p| !p.adjusted).count();
        (months_shown > 1).then_some(Self { points, target })
    }

    pub fn width(&self) -> usize {
        self.points.last().map_or(LEFT, |p| p.x + STEP)
    }

    pub fn target_y(&self) -> Option<String> {
        self.target.map(|percent| y(f64::from(percent)))
    }

    /// Where a grid line stands.
    pub fn grid_y(&self, percent: &u8) -> String {
        y(f64::from(*percent))
    }
}
