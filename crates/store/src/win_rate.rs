//! Counting for the win rate: the rows go by once, core computes.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, SecondsFormat, Utc};
use docket_core::case::Answer;
use docket_core::fee::{Charged, FeeKind, FeeRule, free_of_charge};
use docket_core::id::{CaseId, ClientId};
use docket_core::money::{Currency, Money};
use docket_core::recommend::Fee;
use docket_core::stats::{Bundle, Fees, Figure, Sums};
use docket_core::words::{Outcome, Platform, Reason, Stage};
use uuid::Uuid;

use crate::fees::Rates;
use crate::report_read::{Days, truth};
use crate::{ClientScope, Db, Error, Result};

/// What a report is grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupBy {
    /// Month of opening at the platform (or of closing, in that view), UTC.
    Month,
    /// Canonical reason.
    Reason,
    /// Platform.
    Platform,
    /// Stage reached.
    Stage,
    /// Currency.
    Currency,
    /// How complete the evidence was when it was sent ([`docket_core::evidence::Band`]).
    Evidence,
    /// Band of the disputed amount, each currency by itself ([`AmountBand`]).
    Amount,
    /// Who works on it, or nobody.
    Specialist,
    /// Client.
    Client,
}

/// A case's evidence band; one text for both engines.
pub(crate) const BAND: &str =
    "CASE WHEN contested THEN coalesce(evidence, 'unknown') ELSE 'not_answered' END";
/// The same in the rows that reports are counted from.
const REPORTED_BAND: &str =
    "CASE WHEN contested THEN coalesce(nullif(evidence, ''), 'unknown') ELSE 'not_answered' END";

/// The key of cases that nobody is assigned to.
pub const NOBODY: &str = "nobody";

impl GroupBy {
    /// Every choice.
    pub const ALL: &'static [Self] = &[
        Self::Month,
        Self::Reason,
        Self::Platform,
        Self::Stage,
        Self::Currency,
        Self::Evidence,
        Self::Amount,
        Self::Specialist,
        Self::Client,
    ];

    /// The word on the command line and in the page's address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Reason => "reason",
            Self::Platform => "platform",
            Self::Stage => "stage",
            Self::Currency => "currency",
            Self::Evidence => "evidence",
            Self::Amount => "amount",
            Self::Specialist => "specialist",
            Self::Client => "client",
        }
    }

    /// The column of the rows that reports are counted from.
    const fn column(self, days: Days) -> &'static str {
        match self {
            Self::Month if days.closed => "substr(closed_on, 1, 7)",
            Self::Month => "substr(opened_on, 1, 7)",
            Self::Evidence => REPORTED_BAND,
            // Worked out from currency and amount.
            Self::Amount => "''",
            Self::Specialist => "CASE WHEN assignee = '' THEN 'nobody' ELSE assignee END",
            Self::Client => "client_id",
            Self::Reason | Self::Platform | Self::Stage | Self::Currency => self.as_str(),
        }
    }
}

impl std::str::FromStr for GroupBy {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let known = || {
            Self::ALL
                .iter()
                .map(|g| g.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        };
        Self::ALL
            .iter()
            .copied()
            .find(|g| g.as_str() == text)
            .ok_or_else(|| format!("`{text}` is not a grouping; known: {}", known()))
    }
}

/// A band of disputed amounts, in whole units of the case's own currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AmountBand {
    /// Its name.
    pub name: &'static str,
    /// From here on.
    pub from: i64,
    /// Below this; the last band has no end.
    pub below: Option<i64>,
}

impl AmountBand {
    /// All of them, from the smallest.
    pub const ALL: &'static [Self] = &[
        Self {
            name: "1_below_50",
            from: 0,
            below: Some(50),
        },
        Self {
            name: "2_50_to_200",
            from: 50,
            below: Some(200),
        },
        Self {
            name: "3_200_to_1000",
            from: 200,
            below: Some(1_000),
        },
        Self {
            name: "4_1000_and_more",
            from: 1_000,
            below: None,
        },
    ];

    /// The band of an amount; what is below nothing belongs to the first.
    pub fn of(amount: Money) -> &'static Self {
        let unit = 10_i64.pow(amount.currency.exponent());
        let mut bands = Self::ALL.iter();
        bands
            .find(|band| band.below.is_none_or(|end| amount.minor < end * unit))
            .unwrap_or(&Self::ALL[0])
    }

    /// The currency and band of a group's key.
    pub fn read(key: &str) -> Option<(Currency, &'static Self)> {
        let (currency, name) = key.split_once(' ')?;
        Some((
            currency.parse().ok()?,
            Self::ALL.iter().find(|band| band.name == name)?,
        ))
    }
}

/// How cases are counted.
#[derive(Debug, Clone)]
pub struct Counting {
    /// Grouped by.
    pub by: GroupBy,
    /// An answer that was not given is missed once its deadline lies before this.
    pub as_of: DateTime<Utc>,
    /// All amounts in this currency, each by the rate of the day on which its dispute was opened.
    pub currency: Option<Currency>,
    /// What platforms charge where a connection has no rule of its own.
    pub defaults: Vec<Fee>,
}

/// What was counted.
#[derive(Debug, Clone, Default)]
pub struct Counted {
    /// The cases, added up.
    pub bundles: Vec<Bundle>,
    /// Days of which a rate is missing: then the amounts are not whole.
    pub missing: BTreeSet<(String, Currency)>,
}

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
}

/// What cases have in common, as text, before what is counted of each.
const KIND: usize = 7;

/// Day of opening, stage and connection of a row.
type Detail<'a> = (&'a str, &'a str, &'a str);

struct Kind {
    bundle: Bundle,
    /// By currency of the fee.
    fees: HashMap<Currency, Fees>,
}

/// Grows with groups and strata, not with cases.
struct Counter<'a> {
    counting: &'a Counting,
    by_text: HashMap<String, usize>,
    kinds: Vec<Kind>,
    rules: HashMap<Uuid, Vec<FeeRule>>,
    rates: Option<(Currency, Rates)>,
    missing: BTreeSet<(String, Currency)>,
    /// The key of the row at hand, where it is no column.
    text: String,
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

impl Counting {
    /// A group's key; ids in their usual form.
    fn key(&self, text: &str) -> String {
        match Uuid::parse_str(text) {
            Ok(id) if self.by == GroupBy::Client => id.to_string(),
            _ => text.to_owned(),
        }
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

impl Counter<'_> {
    /// Whether days, stages and connections matter.
    fn detailed(&self) -> bool {
        self.rates.is_some() || !self.rules.is_empty() || !self.counting.defaults.is_empty()
    }

    fn add(&mut self, line: &str) -> Result<()> {
        let (end, _) = line.match_indices('\t').nth(KIND - 1).ok_or_else(short)?;
        let (kind, rest) = (&line[..end], &line[end + 1..]);
        let mut cells = rest.split('\t');
        let amount: i64 = cells.next().ok_or_else(short)?.parse().map_err(damaged)?;
        let kept = match cells.next().ok_or_else(short)? {
            "" => None,
            kept => Some(kept.parse::<i64>().map_err(damaged)?),
        };
        let at = self.kind(kind, amount)?;
        let detail = match (cells.next(), cells.next(), cells.next()) {
            (Some(day), Some(stage), Some(connection)) => Some((day, stage, connection)),
            _ => None,
        };
        let amount = Money::new(amount, self.kinds[at].bundle.currency);
        self.count(at, (amount, kept), detail)
    }

    fn count(
        &mut self,
        at: usize,
        (amount, kept): (Money, Option<i64>),
        detail: Option<Detail<'_>>,
    ) -> Result<()> {
        let bundle = &mut self.kinds[at].bundle;
        let (outcome, contested, platform) = (bundle.outcome, bundle.contested, bundle.platform);
        bundle.cases += 1;
        let Some((day, stage, connection)) = detail else {
            bundle.sums.add(amount.minor, outcome, kept);
            bundle.fee_unknown += 1;
            return Ok(());
        };
        let retained = match outcome {
            Some(Outcome::Won) => amount.minor,
            Some(Outcome::WonProtected) if contested => amount.minor,
            Some(Outcome::Partial) => kept.unwrap_or(0).clamp(0, amount.minor.max(0)),
            _ => 0,
        };
        let case = Charged {
            stage: stage.parse::<Stage>().map_err(damaged)?,
            outcome,
            retained: Money::new(retained, amount.currency),
        };
        let connection = Uuid::parse_str(connection).map_err(damaged)?;
        let (own, unknown) = self.fees(connection, day, platform, case);
        let minor = self.converted(amount, day);
        let kept = kept.map(|kept| self.converted(Money::new(kept, amount.currency), day));
        for (currency, fees) in own {
            let fees = Fees {
                platform: self.converted(Money::new(fees.platform, currency), day),
                agency: self.converted(Money::new(fees.agency, currency), day),
            };
            let shown = self.rates.as_ref().map_or(currency, |(reporting, _)| *reporting);
            self.kinds[at].fees.entry(shown).or_default().add(fees);
        }
        let bundle = &mut self.kinds[at].bundle;
        bundle.sums.add(minor, outcome, kept);
        bundle.fee_unknown += u64::from(unknown);
        Ok(())
    }

    /// Minor units of the reporting currency, where there is one.
    fn converted(&mut self, amount: Money, day: &str) -> i64 {
        let Some((reporting, rates)) = &self.rates else {
            return amount.minor;
        };
        if amount.currency == *reporting {
            return amount.minor;
        }
        match rates.get(day).and_then(|rates| rates.get(&amount.currency)) {
            Some(rate) => rate.of(amount.minor, amount.currency, *reporting).minor,
            None => {
                self.missing.insert((day.to_owned(), amount.currency));
                0
            }
        }
    }

    /// What a case costs, and whether nobody says what its platform charges.
    fn fees(
        &self,
        connection: Uuid,
        day: &str,
        platform: Platform,
        case: Charged,
    ) -> (Vec<(Currency, Fees)>, bool) {
        let rules = self.rules.get(&connection).map(Vec::as_slice).unwrap_or_default();
        let of = |kind: FeeKind| {
            let valid = rules.iter().rev().filter(|rule| rule.kind == kind);
            let mut valid = valid.filter(|rule| rule.valid_from.to_string().as_str() <= day);
            valid.next().map(|rule| (rule.amount.currency, rule.fees(case)))
        };
        let mut fees: Vec<(Currency, Fees)> = of(FeeKind::Agency).into_iter().collect();
        match of(FeeKind::Platform) {
            Some(fee) => fees.push(fee),
            None if free_of_charge(case) => {}
            None => {
                let currency = case.retained.currency;
                let mut defaults = self.counting.defaults.iter();
                let Some(default) =
                    defaults.find(|fee| fee.platform == platform && fee.won.currency == currency)
                else {
                    return (fees, true);
                };
                let platform = match case.outcome {
                    Some(Outcome::Won | Outcome::WonProtected) => default.won,
                    Some(Outcome::Accepted | Outcome::Settled) => default.accepted,
                    _ => default.lost,
                };
                fees.push((
                    currency,
                    Fees {
                        platform: platform.minor,
                        agency: 0,
                    },
                ));
            }
        }
        (fees, false)
    }

    fn kind(&mut self, text: &str, amount: i64) -> Result<usize> {
        if self.counting.by == GroupBy::Amount {
            self.text.clear();
            let currency = text.split('\t').nth(3).ok_or_else(short)?;
            let band = AmountBand::of(Money::new(amount, currency.parse().map_err(damaged)?));
            self.text.push_str(currency);
            self.text.push(' ');
            self.text.push_str(band.name);
            self.text.push_str(text);
            if let Some(at) = self.by_text.get(self.text.as_str()) {
                return Ok(*at);
            }
            let text = std::mem::take(&mut self.text);
            return self.new_kind(&text);
        }
        match self.by_text.get(text) {
            Some(at) => Ok(*at),
            None => self.new_kind(text),
        }
    }

    fn new_kind(&mut self, text: &str) -> Result<usize> {
        let at = self.kinds.len();
        let mut bundle = empty(text)?;
        bundle.key = self.counting.key(&bundle.key);
        self.kinds.push(Kind {
            bundle,
            fees: HashMap::new(),
        });
        self.by_text.insert(text.to_owned(), at);
        Ok(at)
    }

    fn counted(self) -> Counted {
        let currency = self.rates.map(|(currency, _)| currency);
        let bundles = self.kinds.into_iter().map(|kind| {
            let mut bundle = kind.bundle;
            bundle.currency = currency.unwrap_or(bundle.currency);
            bundle.fees = kind.fees.into_iter().collect();
            bundle.fees.sort_unstable_by_key(|(currency, _)| *currency);
            bundle
        });
        let mut bundles: Vec<Bundle> = bundles.collect();
        bundles.sort_by(|a, b| a.key.cmp(&b.key));
        Counted {
            bundles,
            missing: self.missing,
        }
    }
}

impl Db {
    /// Counts cases of these days by group, stratum, outcome and all else that the report tells apart.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tallies(&self, scope: ClientScope, days: Days, counting: &Counting) -> Result<Counted> {
        let mut rules: HashMap<Uuid, Vec<FeeRule>> = HashMap::new();
        for fee in self.fees(scope).await? {
            rules.entry(fee.rule.connection.0).or_default().push(fee.rule);
        }
        let rates = match counting.currency {
            Some(currency) => Some((currency, self.rates_of(currency, days).await?)),
            None => None,
        };
        let mut counter = Counter {
            counting,
            by_text: HashMap::new(),
            kinds: Vec::new(),
            rules,
            rates,
            missing: BTreeSet::new(),
            text: String::new(),
        };
        let columns = counting.columns(days, counter.detailed());
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        self.report_lines((scope, days), &columns, |line| counter.add(line))
            .await?;
        Ok(counter.counted())
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

    /// The cases behind a figure, those of one group or of all, by the day of opening.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tallied_cases(
        &self,
        scope: ClientScope,
        days: Days,
        counting: &Counting,
        (figure, group): (Figure, Option<&str>),
    ) -> Result<Vec<ReportCase>> {
        let mut columns = counting.columns(days, false);
        columns.extend(["opened_on", "client_id", "case_id"].map(str::to_owned));
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let mut found = Vec::new();
        let each = |line: &str| {
            let kind = empty(line)?;
            if !figure.counts(kind.outcome, kind.contested, kind.answer) {
                return Ok(());
            }
            let cells: Vec<&str> = line.split('\t').collect();
            let [.., amount, _, opened, client, case] = cells[..] else {
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
        Ok(found)
    }
}
