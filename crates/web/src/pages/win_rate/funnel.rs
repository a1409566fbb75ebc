//! From received to won: each step within the one before, with the cases that it counts.

use docket_core::stats::{Figure, Group};

use super::cells::RateCell;
use super::links::Cohort;
use crate::show;

/// Height of a bar with the room below it.
const ROW: usize = 30;
/// Where bars begin, and the longest one's length.
const LEFT: u64 = 130;
const LONGEST: u64 = 440;

/// The steps.
#[derive(Debug, Default)]
pub struct Funnel {
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Debug)]
pub struct Step {
    pub name: String,
    pub count: u64,
    pub url: Option<String>,
    pub of_before: Option<RateCell>,
    pub y: usize,
    width: u64,
}

impl Step {
    /// A step that counts anything is seen.
    pub fn width(&self) -> u64 {
        if self.count == 0 { 0 } else { self.width.max(1) }
    }

    pub fn count_x(&self) -> u64 {
        LEFT + self.width() + 8
    }
}

/// What a step is called.
fn name(figure: Figure) -> String {
    show::said(&format!("step.{figure}"))
}

impl Funnel {
    pub fn of(group: &Group, cohort: &Cohort) -> Self {
        let received = group.received.max(1);
        let steps = group.funnel().into_iter().enumerate().map(|(place, step)| Step {
            name: name(step.figure),
            count: step.cases,
            url: cohort
                .link(&|q| q.figure = Some(step.figure))
                .filter(|_| step.cases > 0),
            of_before: step.of_before.map(|rate| RateCell::of(rate, "none")),
            y: place * ROW,
            width: step.cases * LONGEST / received,
        });
        Self {
            steps: steps.collect(),
        }
    }
}
