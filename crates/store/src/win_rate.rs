//! Counting for the win rate: the rows go by once, core computes.

mod charges;
mod counter;
mod group;

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use docket_core::case::Answer;
use docket_core::fee::FeeRule;
use docket_core::id::{CaseId, ClientId, ConnectionId};
use docket_core::money::{Currency, Money};
use docket_core::recommend::Fee;
use docket_core::stats::{Bundle, Figure, Kept, Sums, Tally};
use docket_core::words::{Outcome, Platform, Reason, Stage};
use uuid::Uuid;

pub use self::charges::CaseMoney;
use self::charges::{Case, Charges};
use self::counter::{Counter, KIND};
pub use self::group::{AmountBand, GroupBy};
pub(crate) use self::group::{BAND, DECISION, REPORTED_BAND};
use crate::fees::{Rates, StoredFee};
use crate::report_read::{Days, day_text, truth};
use crate::{ClientScope, Db, Error, Result, on_db};

/// How cases are counted.
#[derive(Debug, Clone)]
pub struct Counting {
    /// Grouped by.
    pub by: GroupBy,
    /// An answer that was not given is missed once its deadline lies before this.
    pub as_of: DateTime<Utc>,
    /// All amounts in this currency, each by the rate of the day on which its dispute was opened, or of the last bank day
    /// before it.
    pub currency: Option<Currency>,
    /// What platforms charge where a connection has no rule of its own.
    pub defaults: Vec<Fee>,
}

/// What was counted.
#[derive(Debug, Clone, Default)]
pub struct Counted {
    /// The cases, added up.
    pub bundles: Vec<Bundle>,
    /// Then the amounts are not whole.
    pub missing: MissingRates,
}

/// Days of which a rate to the reporting currency is missing, and from which.
pub type MissingRates = BTreeSet<(String, Currency)>;

/// What is counted of cases that have all else in common: cases, amounts, their squares, what partial wins kept, and those of
/// which it is not known.
const SUMMED: &str = "count(*), sum(amount_minor), sum(CAST(amount_minor AS DOUBLE PRECISION) * amount_minor), \
    coalesce(sum(greatest(0, least(kept_minor, amount_minor))) FILTER (WHERE outcome = 'partial' AND kept_minor IS NOT NULL), 0), \
    count(*) FILTER (WHERE outcome = 'partial' AND kept_minor IS NULL)";

const BY_CLIENT: &str = "SELECT client_id, outcome, contested, count(*) FROM report_cases WHERE client_id BETWEEN $1 AND $2 \
    AND opened_on >= $3 AND opened_on < $4 GROUP BY client_id, outcome, contested ORDER BY client_id, outcome, contested";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[BY_CLIENT];

/// A case behind a figure of the win-rate report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportCase {
    /// The case.
    pub id: CaseId,
    /// Its client.
    pub client: ClientId,
    /// The platform's id of the dispute.
    pub dispute: String,
    /// The day on which it was opened.
    pub opened_on: String,
    /// Its group.
    pub key: String,
    /// Platform.
    pub platform: Platform,
    /// Canonical reason.
    pub reason: Reason,
    /// The disputed amount, in its own currency.
    pub amount: Money,
    /// Its outcome; none while open.
    pub outcome: Option<Outcome>,
    /// Whether evidence was sent.
    pub contested: bool,
    /// How the latest round stands to its deadline.
    pub answer: Answer,
    /// Stage reached, which fees go by.
    pub stage: Stage,
    /// The connection, which fees go by.
    pub connection: ConnectionId,
    /// What a partial win kept, in minor units, where the platform tells it.
    pub kept: Option<i64>,
    /// Its amount, what was kept of it, and its fees, as the report counts them: in its reporting currency, where it has one.
    pub money: CaseMoney,
    /// Its factors as known when it opened ([`docket_core::factor::levels`]).
    pub levels: String,
    /// How complete the evidence was when it was sent.
    pub evidence: String,
    /// What the platform's reason for its decision speaks of.
    pub decision: String,
}

fn damaged(e: impl std::fmt::Display) -> Error {
    Error::damaged("report_cases", e)
}

fn short() -> Error {
    damaged("a column is missing")
}

/// The bundle of a kind, with nothing in it yet.
fn empty(text: &str) -> Result<Bundle> {
    let mut cells = text.split('\t');
    let mut next = || cells.next().ok_or_else(short);
    Ok(Bundle {
        key: next()?.to_owned(),
        platform: next()?.parse().map_err(damaged)?,
        reason: next()?.parse().map_err(damaged)?,
        currency: next()?.parse().map_err(damaged)?,
        outcome: Some(next()?)
            .filter(|outcome| !outcome.is_empty())
            .map(str::parse)
            .transpose()
            .map_err(damaged)?,
        contested: truth(next()?),
        answer: next()?.parse().map_err(damaged)?,
        cases: 0,
        sums: Sums::default(),
        fees: Vec::new(),
        fee_unknown: 0,
    })
}

impl ReportCase {
    /// Of its amount, what the report's sums of amounts count: nothing of a superseded one, which stands in the case that
    /// replaced it. In minor units of what the report counts in.
    pub fn counted(&self) -> i64 {
        match self.outcome {
            Some(Outcome::Superseded) => 0,
            _ => self.money.amount.minor,
        }
    }

    /// What a contest retained of it, in the same units.
    pub fn by_contest(&self) -> i64 {
        self.kept_how()
            .by_contest(self.money.amount.minor, self.money.kept)
    }

    /// What was retained of it in any way, in the same units.
    pub fn retained(&self) -> i64 {
        self.kept_how().at_all(self.money.amount.minor, self.money.kept)
    }

    fn kept_how(&self) -> Kept {
        Kept::of(self.outcome, self.contested)
    }
}

impl Counting {
    /// A group's key; ids in their usual form.
    fn key(&self, text: &str) -> String {
        match Uuid::parse_str(text) {
            Ok(id) if self.by == GroupBy::Client => id.to_string(),
            _ => text.to_owned(),
        }
    }

    /// What cases have in common where PostgreSQL adds them up. Whether an answer is overdue stands by itself: of a CASE the
    /// planner knows nothing, takes it for hundreds of groups, and sorts all rows instead of hashing them (four times slower).
    fn grouped(&self, days: Days) -> Vec<String> {
        let now = self.as_of.to_rfc3339_opts(SecondsFormat::AutoSi, false);
        let mut columns = self.columns(days, false);
        columns.truncate(KIND - 1);
        columns.push("answer".to_owned());
        columns.push(format!("coalesce(due_at <= '{now}', false)"));
        columns
    }

    /// What cases have in common, then amount, what was kept, and what fees and rates go by.
    fn columns(&self, days: Days, detailed: bool) -> Vec<String> {
        // As instants are written on SQLite, where they are compared as text; PostgreSQL reads it too.
        let now = self.as_of.to_rfc3339_opts(SecondsFormat::AutoSi, false);
        let answer = format!("CASE WHEN answer = 'due' AND due_at <= '{now}' THEN 'missed' ELSE answer END");
        let mut columns = vec![
            self.by.column(days),
            "platform",
            "reason",
            "currency",
            "outcome",
            "contested",
        ];
        columns.extend([answer.as_str(), "amount_minor", "kept_minor"]);
        if detailed {
            columns.extend(["opened_on", "stage", "connection_id"]);
        }
        columns.into_iter().map(str::to_owned).collect()
    }
}

impl Db {
    /// Counts cases of these days by group, stratum, outcome and all else that the report tells apart.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tallies(&self, scope: ClientScope, days: Days, counting: &Counting) -> Result<Counted> {
        let mut counter = Counter::new(
            counting,
            self.charges(self.fees(scope).await?, days, counting).await?,
        );
        let detailed = counter.detailed();
        let columns = counting.columns(days, detailed);
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        // PostgreSQL groups with all its processors; SQLite would have to sort, and hands the rows over faster than that.
        if matches!(self, Self::Postgres(_)) && !detailed && counting.by != GroupBy::Amount {
            let columns = counting.grouped(days);
            let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
            self.grouped_lines((scope, days), (&columns, SUMMED), |line| counter.add_group(line))
                .await?;
        } else {
            self.report_lines((scope, days), &columns, |line| counter.add(line))
                .await?;
        }
        Ok(counter.counted())
    }

    async fn charges<'a>(
        &self,
        fees: Vec<StoredFee>,
        days: Days,
        counting: &'a Counting,
    ) -> Result<Charges<'a>> {
        let mut rules: HashMap<Uuid, Vec<FeeRule>> = HashMap::new();
        for fee in fees {
            rules.entry(fee.rule.connection.0).or_default().push(fee.rule);
        }
        let rates = match counting.currency {
            Some(currency) => Some((currency, self.rates_of(currency, days).await?)),
            None => None,
        };
        Ok(Charges::new(rules, &counting.defaults, rates))
    }

    /// Cases that closed on some days opened on any day before.
    async fn rates_of(&self, currency: Currency, days: Days) -> Result<Rates> {
        let from = if days.closed {
            chrono::NaiveDate::MIN
        } else {
            days.from
        };
        self.rates(currency, (from, days.to)).await
    }

    /// How the cases of each client in scope ended that opened from a day on and before another; the key is the client's id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn client_tallies(
        &self,
        scope: ClientScope,
        (from, to): (NaiveDate, NaiveDate),
    ) -> Result<Vec<Tally>> {
        let ((low, high), from, to) = (scope.range(), day_text(from), day_text(to));
        let rows: Vec<(Uuid, String, bool, i64)> = on_db!(self, c => sqlx::query_as(BY_CLIENT)
            .bind(low).bind(high).bind(&from).bind(&to).fetch_all(c).await)?;
        let tally = |(client, outcome, contested, cases): (Uuid, String, bool, i64)| {
            Ok(Tally {
                key: client.to_string(),
                outcome: match outcome.as_str() {
                    "" => None,
                    word => Some(word.parse().map_err(damaged)?),
                },
                contested,
                cases: cases.try_into().map_err(damaged)?,
            })
        };
        rows.into_iter().map(tally).collect()
    }

    /// The cases behind a figure, those of one group or of all, by the day of opening; and the rates that their amounts miss.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tallied_cases(
        &self,
        scope: ClientScope,
        days: Days,
        counting: &Counting,
        (figure, group): (Figure, Option<&str>),
    ) -> Result<(Vec<ReportCase>, MissingRates)> {
        let mut columns = counting.columns(days, true);
        columns.extend(["client_id", "case_id", "levels", REPORTED_BAND, DECISION].map(str::to_owned));
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let mut charges = self.charges(self.fees(scope).await?, days, counting).await?;
        let mut found = Vec::new();
        let each = |line: &str| {
            let kind = empty(line)?;
            if !figure.counts(kind.outcome, kind.contested, kind.answer) {
                return Ok(());
            }
            let cells: Vec<&str> = line.split('\t').collect();
            let [
                ..,
                amount,
                kept,
                opened,
                stage,
                connection,
                client,
                case,
                levels,
                band,
                decision,
            ] = cells[..]
            else {
                return Err(short());
            };
            let amount = Money::new(amount.parse().map_err(damaged)?, kind.currency);
            let key = if counting.by == GroupBy::Amount {
                format!("{} {}", kind.currency, AmountBand::of(amount).name)
            } else {
                counting.key(&kind.key)
            };
            if group.is_some_and(|group| group != key) {
                return Ok(());
            }
            let id = |text: &str| Uuid::parse_str(text).map_err(damaged);
            let kept = match kept {
                "" => None,
                kept => Some(kept.parse().map_err(damaged)?),
            };
            let (stage, connection) = (stage.parse().map_err(damaged)?, id(connection)?);
            let money = charges.of(&Case {
                connection,
                opened_on: opened.parse().map_err(damaged)?,
                platform: kind.platform,
                stage,
                outcome: kind.outcome,
                contested: kind.contested,
                amount,
                kept,
            });
            found.push(ReportCase {
                id: CaseId(id(case)?),
                client: ClientId(id(client)?),
                dispute: String::new(),
                opened_on: opened.to_owned(),
                key,
                platform: kind.platform,
                reason: kind.reason,
                amount,
                outcome: kind.outcome,
                contested: kind.contested,
                answer: kind.answer,
                stage,
                connection: ConnectionId(connection),
                kept,
                money,
                levels: levels.to_owned(),
                evidence: band.to_owned(),
                decision: decision.to_owned(),
            });
            Ok(())
        };
        self.report_lines((scope, days), &columns, each).await?;
        found.sort_by(|a, b| (&a.opened_on, a.id.0).cmp(&(&b.opened_on, b.id.0)));
        let ids: Vec<Uuid> = found.iter().map(|case| case.id.0).collect();
        let names = self.disputes(scope.range(), &ids).await?;
        for case in &mut found {
            if let Some(name) = names.get(&case.id.0) {
                case.dispute.clone_from(name);
            }
        }
        Ok((found, charges.done().1))
    }
}
