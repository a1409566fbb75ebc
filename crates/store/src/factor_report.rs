//! Counting for the factor report: the rows go by once, core computes.

mod answers;
mod checklists;
mod counter;
mod patterns;

use chrono::NaiveDate;
use docket_core::factor::Subject;
use docket_core::factor::catalogue::{CATALOGUE, NOT_RECORDED};
use docket_core::factor::levels::recorded;
use docket_core::id::{CaseId, ClientId};
use docket_core::money::Money;
use docket_core::stats::{FactorTally, Patterns, Rate};
use uuid::Uuid;

use self::answers::Answers;
use self::checklists::Checklists;
use self::counter::{Counter, Kind};
use crate::report_read::Days;
use crate::win_rate::{DECISION, REPORTED_BAND};
use crate::{ClientScope, Db, Error, Result};

#[cfg(feature = "testing")]
pub(crate) fn statements() -> Vec<&'static str> {
    [checklists::STATEMENTS, answers::STATEMENTS].concat()
}

/// What cases of one kind have in common, then what is counted of each; where settings or answers are known, its connection and client, too.
const COUNTED: &[&str] = &[
    "platform",
    "reason",
    "currency",
    "outcome",
    "contested",
    "amount_minor",
    "levels",
    "opened_on",
    REPORTED_BAND,
    DECISION,
];
const LISTED: &[&str] = &[
    "platform",
    "reason",
    "currency",
    "outcome",
    "contested",
    "amount_minor",
    "levels",
    REPORTED_BAND,
    DECISION,
    CLIENT,
    "case_id",
    CONNECTION,
    "opened_on",
];
const CONNECTION: &str = "connection_id";
const CLIENT: &str = "client_id";

/// A decided case with its levels of several factors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorLevels {
    /// The case.
    pub id: CaseId,
    /// Whether it counts as won.
    pub won: bool,
    /// The disputed amount.
    pub amount: Money,
    /// Its level of each factor; none where cases of its platform cannot have it.
    pub levels: Vec<Option<String>>,
}

/// What no row holds, because it is worked out when a report is asked.
#[derive(Debug)]
struct Known {
    checklists: Checklists,
    answers: Answers,
}

fn damaged(e: impl std::fmt::Display) -> Error {
    Error::damaged("report_cases", e)
}

/// What the factor report is computed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorCounts {
    /// Cases by factor and level.
    pub tallies: Vec<FactorTally>,
    /// Decided cases by all that its model weighs at once.
    pub patterns: Patterns,
    /// The first day of those that the model is tried on.
    pub held_out_from: NaiveDate,
    /// The first day of the month up to which the cases of these days are mature; none where no month of them is.
    pub mature_to: Option<NaiveDate>,
}

/// A case behind a figure of the factor report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorCase {
    /// The case.
    pub id: CaseId,
    /// Its client.
    pub client: ClientId,
    /// The platform's id of the dispute.
    pub dispute: String,
    /// The disputed amount.
    pub amount: Money,
    /// The platform's word.
    pub platform: String,
    /// Canonical reason.
    pub reason: String,
    /// Canonical outcome.
    pub outcome: String,
    /// Whether it counts as won.
    pub won: bool,
    /// The level of the factor.
    pub level: String,
}

/// The level of a case; none where its factors do not have that one, or nothing was recorded.
fn level<'a>(
    subject: &Subject,
    (levels, connection, client, opened): (&'a str, &str, &str, &str),
    known: &'a Known,
) -> Option<&'a str> {
    let number = known.checklists.at(connection, opened);
    let mut items = number.into_iter().flat_map(|number| known.checklists.get(number));
    if let Some((_, level)) = items.find(|(item, _)| item == subject) {
        return Some(level);
    }
    let place = CATALOGUE.iter().position(|entry| *subject == entry.kind.into())?;
    if place == answers::place() {
        return known.answers.at(client, opened);
    }
    recorded(levels)
        .find(|(at, _)| *at == place)
        .map(|(_, level)| level)
}

/// What a line says of a decided case.
struct Decided<'a> {
    kind: Kind,
    won: bool,
    amount: Money,
    case: CaseId,
    client: ClientId,
    /// What a level follows from: levels, connection, client and day of opening, as the line names them.
    by: (&'a str, &'a str, &'a str, &'a str),
    /// What came after the opening, in the order of [`docket_core::factor::AFTER_OPENING`].
    after: [&'a str; 2],
}

impl<'a> Decided<'a> {
    /// None for a case that no rate counts.
    fn of(line: &'a str) -> Result<Option<Self>> {
        let kind = Kind::of(line)?;
        let rate = kind.rate();
        if rate == Rate::default() {
            return Ok(None);
        }
        let cells: Vec<&str> = line.split('\t').collect();
        let [
            ..,
            amount,
            levels,
            band,
            decision,
            client,
            case,
            connection,
            opened,
        ] = cells[..]
        else {
            return Err(damaged("a column is missing"));
        };
        let id = |text: &str| Uuid::parse_str(text).map_err(damaged);
        Ok(Some(Self {
            kind,
            won: rate.hits() > 0,
            amount: Money::new(amount.parse().map_err(damaged)?, kind.currency),
            case: CaseId(id(case)?),
            client: ClientId(id(client)?),
            by: (levels, connection, client, opened),
            after: [band, decision],
        }))
    }

    /// Its level of a factor that cases of its platform can have.
    fn level(&self, subject: &Subject, known: &Known) -> Option<String> {
        if let Some(place) = subject.after_opening() {
            return Some(self.after[place].to_owned());
        }
        let found = || level(subject, self.by, known).unwrap_or(NOT_RECORDED).to_owned();
        subject.is_of(self.kind.platform).then(found)
    }

    /// As it is listed, with what is still to be looked up of it.
    fn listed(&self, level: String) -> FactorCase {
        let outcome = self.kind.outcome.map(|outcome| outcome.as_str());
        FactorCase {
            id: self.case,
            client: self.client,
            dispute: String::new(),
            amount: self.amount,
            platform: self.kind.platform.as_str().to_owned(),
            reason: self.kind.reason.as_str().to_owned(),
            outcome: outcome.unwrap_or_default().to_owned(),
            won: self.won,
            level,
        }
    }
}

impl Db {
    async fn known_beside(&self, range: (Uuid, Uuid), days: Days) -> Result<Known> {
        Ok(Known {
            checklists: self.checklists(range).await?,
            answers: self.answers(range, days).await?,
        })
    }

    /// Counts cases of these days for the factor report. Memory grows with kinds of cases and their levels, not with cases.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn factor_tallies(&self, scope: ClientScope, days: Days) -> Result<FactorCounts> {
        let known = self.known_beside(scope.range(), days).await?;
        let mut columns = COUNTED.to_vec();
        if !known.checklists.is_empty() || !known.answers.is_empty() {
            columns.extend([CONNECTION, CLIENT]);
        }
        let mut counter = Counter::of(days, known);
        self.report_lines((scope, days), &columns, |line| counter.add(line))
            .await?;
        counter.counts(days)
    }

    /// The decided cases behind a factor's levels, those that `keep` wants, by the day of opening.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn factor_cases(
        &self,
        scope: ClientScope,
        days: Days,
        subject: &Subject,
        keep: impl Fn(&FactorCase) -> bool,
    ) -> Result<Vec<FactorCase>> {
        let known = self.known_beside(scope.range(), days).await?;
        let mut found: Vec<(String, FactorCase)> = Vec::new();
        let each = |line: &str| {
            let Some(case) = Decided::of(line)? else {
                return Ok(());
            };
            let listed = case.level(subject, &known).map(|level| case.listed(level));
            if let Some(listed) = listed.filter(&keep) {
                found.push((case.by.3.to_owned(), listed));
            }
            Ok(())
        };
        self.report_lines((scope, days), LISTED, each).await?;
        found.sort_by(|(a, one), (b, other)| (a, one.id.0).cmp(&(b, other.id.0)));
        let mut found: Vec<FactorCase> = found.into_iter().map(|(_, case)| case).collect();
        let ids: Vec<Uuid> = found.iter().map(|case| case.id.0).collect();
        let names = self.disputes(scope.range(), &ids).await?;
        for case in &mut found {
            if let Some(name) = names.get(&case.id.0) {
                case.dispute.clone_from(name);
            }
        }
        Ok(found)
    }

    /// The decided cases of these days by the day of opening, each with its levels of all these factors, in their order: the
    /// rows are read once for all of them. A factor that cases of its platform cannot have has none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn factor_levels(
        &self,
        scope: ClientScope,
        days: Days,
        subjects: &[&Subject],
    ) -> Result<Vec<FactorLevels>> {
        let known = self.known_beside(scope.range(), days).await?;
        let mut found: Vec<(String, FactorLevels)> = Vec::new();
        let each = |line: &str| {
            if let Some(case) = Decided::of(line)? {
                let levels = subjects.iter().map(|subject| case.level(subject, &known));
                let levels = FactorLevels {
                    id: case.case,
                    won: case.won,
                    amount: case.amount,
                    levels: levels.collect(),
                };
                found.push((case.by.3.to_owned(), levels));
            }
            Ok(())
        };
        self.report_lines((scope, days), LISTED, each).await?;
        found.sort_by(|(a, one), (b, other)| (a, one.id.0).cmp(&(b, other.id.0)));
        Ok(found.into_iter().map(|(_, case)| case).collect())
    }
}
