//! A line of the table of win rates: rates with what they are shares of, and counts with the lists of exactly their cases.
//! The table's heads say what is counted and of what; a label of its own for each of some hundred links made half the page.

use docket_app::GroupBy;
use docket_core::factor::catalogue::{SEVERAL, UNKNOWN};
use docket_core::stats::{self, Line, Rate};
use docket_core::words::{Outcome, Platform};

use super::cells::{self, RateCell};
use super::links::Cohort;
use crate::query::QueueQuery;
use crate::show;

/// A line of the table.
#[derive(Debug)]
pub struct Row {
    pub label: String,
    pub immature: bool,
    pub rates: Vec<RateCell>,
    /// The cases of which each rate is a share; none where there are none, no address can tell them, or the rate before leads
    /// there.
    pub behind: Vec<Option<String>>,
    pub figures: Vec<Figure>,
    pub no_contest: Vec<(String, Figure)>,
    pub unknown: Figure,
}

/// A count with the list of exactly these cases; a count of none links nowhere.
#[derive(Debug)]
pub struct Figure {
    pub count: u64,
    pub url: Option<String>,
}

impl Row {
    pub fn of(label: String, line: &Line, (by, cohort): (GroupBy, &Cohort)) -> Self {
        let group = &line.group;
        let figure = |count: u64, narrow: &dyn Fn(&mut QueueQuery)| Figure {
            count,
            url: cohort.link(narrow).filter(|_| count > 0),
        };
        let ended = |count: u64, outcome: Outcome| figure(count, &|q| q.outcome = Some(Some(outcome)));
        let protected = |count: u64, evidence: bool| {
            figure(count, &|q| {
                q.outcome = Some(Some(Outcome::WonProtected));
                q.contested = Some(evidence);
            })
        };
        let mut rates = vec![
            RateCell::of(group.rate(), "none_decided"),
            RateCell::mixed(line.standard, group.immature()),
            RateCell::of(group.coverage(), "none_contestable"),
            RateCell::of(line.on_time, "no_deadline_known"),
        ];
        rates.extend((by == GroupBy::Client).then(|| RateCell::shrunk(line.shrunk)));
        let of = |figure: stats::Figure, rate: Rate| {
            let url = cohort.link(&|q| q.figure = Some(figure));
            url.filter(|_| rate.n() > 0)
        };
        let decided = of(stats::Figure::Decided, group.rate());
        // The rate at the mix and the shrunk one are of the same cases as the rate beside them.
        let behind = vec![
            decided,
            None,
            of(stats::Figure::Contestable, group.coverage()),
            of(stats::Figure::AnswerDue, line.on_time),
            None,
        ];
        Self {
            behind,
            immature: group.immature(),
            rates,
            figures: vec![
                figure(group.received, &|q| q.figure = Some(stats::Figure::Received)),
                figure(group.open, &|q| q.outcome = Some(None)),
                figure(group.contested, &|q| q.figure = Some(stats::Figure::Contested)),
                ended(group.won, Outcome::Won),
                protected(group.won_protected, true),
                ended(group.partial, Outcome::Partial),
                ended(group.lost, Outcome::Lost),
                ended(group.lost_no_response, Outcome::LostNoResponse),
                protected(group.protected_unanswered, false),
            ],
            no_contest: group
                .no_contest
                .iter()
                .map(|(o, n)| (show::words(o), ended(*n, *o)))
                .collect(),
            unknown: ended(group.unknown, Outcome::Unknown),
            label,
        }
    }

    /// Each rate with the cases behind it.
    pub fn linked(&self) -> impl Iterator<Item = (&RateCell, Option<&String>)> {
        self.rates.iter().zip(self.behind.iter().map(Option::as_ref))
    }
}

/// A group as the reader reads it.
pub fn label(by: GroupBy, key: &str) -> String {
    match by {
        GroupBy::Month | GroupBy::Currency | GroupBy::Specialist | GroupBy::Client => key.to_owned(),
        GroupBy::Country | GroupBy::Product if [UNKNOWN, SEVERAL].contains(&key) => show::words(key),
        GroupBy::Country | GroupBy::Product => key.to_owned(),
        GroupBy::Amount => cells::band(key),
        GroupBy::Reason | GroupBy::Stage | GroupBy::Evidence | GroupBy::Decision => show::title(key),
        GroupBy::Platform => key
            .parse::<Platform>()
            .map_or_else(|_| key.to_owned(), |p| p.title().to_owned()),
    }
}
