//! The parameters of the pages: read with advice where they are wrong, and written back into links.

mod deadlines;
mod exclusions;
mod factors;
mod questions;
mod sla;
#[cfg(test)]
mod tests;
mod values;

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use docket_app::{CaseFilter, CasePosition, GroupBy};
use docket_core::attention::Attention;
use docket_core::evidence::Band;
use docket_core::factor::catalogue::UNKNOWN;
use docket_core::id::{ClientId, ConnectionId};
use docket_core::money::Currency;
use docket_core::stats::Figure;
use docket_core::words::{Outcome, Platform, Reason, Stage, Turn, WorkState};

pub use self::deadlines::DeadlinesQuery;
pub use self::exclusions::ExclusionsQuery;
pub use self::factors::FactorQuery;
pub use self::questions::QuestionsQuery;
pub use self::sla::{Clocks, SlaQuery};
pub use self::values::place;
use self::values::{
    day, days, hours, id, instant, minor, or_word, position, read, span, text, unknown_parameter, word,
    wrong as wrong_value, yes_or_no,
};

use crate::locale;

/// Days of UTC.
const UTC: &str = "utc";

/// Parameters as the address has them.
pub type Pairs = Vec<(String, String)>;

/// The word of the assignee filter for cases of nobody.
pub const NOBODY: &str = "nobody";
/// The word of the outcome filter for cases without one.
pub const OPEN: &str = "open";
/// The word of the decision filter for cases of which the platform told no reason.
pub const NOT_TOLD: &str = "not_told";
/// The word of the attention filter for any flag.
pub const ANY: &str = "any";

/// Which cases the queue shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueQuery {
    /// Name or id.
    pub client: Option<String>,
    pub connection: Option<ConnectionId>,
    pub platform: Option<Platform>,
    pub turn: Option<Turn>,
    /// With our own work at this state.
    pub state: Option<WorkState>,
    /// Due within so many hours.
    pub due: Option<i64>,
    /// Due at this instant or later.
    pub due_from: Option<DateTime<Utc>>,
    /// Due before this instant.
    pub due_to: Option<DateTime<Utc>>,
    pub assignee: Option<String>,
    /// Any flag, or this one.
    pub attention: Option<Option<Attention>>,
    pub open: bool,
    /// Without what somebody put aside.
    pub awake: bool,
    /// Days are those of UTC, as reports count, and not those of the reader's zone.
    pub utc: bool,
    pub opened_from: Option<NaiveDate>,
    /// The first day that is out.
    pub opened_to: Option<NaiveDate>,
    pub closed_from: Option<NaiveDate>,
    /// The first day that is out.
    pub closed_to: Option<NaiveDate>,
    /// Of at least so many minor units.
    pub amount_from: Option<i64>,
    /// Of less than so many.
    pub amount_below: Option<i64>,
    /// None inside means: without an outcome.
    pub outcome: Option<Option<Outcome>>,
    pub reason: Option<Reason>,
    pub stage: Option<Stage>,
    pub currency: Option<Currency>,
    /// How complete the evidence was when it was sent.
    pub evidence: Option<Band>,
    /// Where it went; `unknown` where nothing tells it.
    pub country: Option<String>,
    /// What was bought; `unknown` where nothing tells it.
    pub product: Option<String>,
    /// What the platform's reason for its decision speaks of; `not_told` where it told none.
    pub decision: Option<String>,
    pub contested: Option<bool>,
    /// Counted as claims by the health of their account.
    pub claims: bool,
    /// What this figure of the win-rate report counts.
    pub figure: Option<Figure>,
    pub after: Option<CasePosition>,
}

impl QueueQuery {
    /// Reads the parameters; every wrong one is named with what would be right.
    pub fn parse(pairs: &Pairs) -> Result<Self, Vec<String>> {
        let mut query = Self::default();
        let wrong = read(pairs, |name, value| {
            match name {
                "client" => query.client = Some(value.to_owned()),
                "connection" => query.connection = Some(id(value)?),
                "platform" => query.platform = Some(word(value)?),
                "turn" => query.turn = Some(word(value)?),
                "state" => query.state = Some(word(value)?),
                "due" => query.due = Some(hours(value)?),
                "due_from" => query.due_from = Some(instant(value)?),
                "due_to" => query.due_to = Some(instant(value)?),
                "due_in" => {
                    let (from, to) = span(value)?;
                    (query.due_from, query.due_to) = (Some(from), Some(to));
                }
                "assignee" => query.assignee = Some(value.to_owned()),
                "attention" => query.attention = Some(or_word(value, ANY)?),
                "open" => query.open = yes_or_no(value)?,
                "awake" => query.awake = yes_or_no(value)?,
                "days" if value == UTC => query.utc = true,
                "days" => return Err(format!("`{value}` is no way to count days; known: {UTC}")),
                "opened" => {
                    let (from, to) = days(value)?;
                    (query.opened_from, query.opened_to, query.utc) = (Some(from), Some(to), true);
                }
                "closed" => {
                    let (from, to) = days(value)?;
                    (query.closed_from, query.closed_to, query.utc) = (Some(from), Some(to), true);
                }
                "opened_from" => query.opened_from = Some(day(value)?),
                "opened_to" => query.opened_to = Some(day(value)?),
                "closed_from" => query.closed_from = Some(day(value)?),
                "closed_to" => query.closed_to = Some(day(value)?),
                "amount_from" => query.amount_from = Some(minor(value)?),
                "amount_below" => query.amount_below = Some(minor(value)?),
                "outcome" => query.outcome = Some(or_word(value, OPEN)?),
                "reason" => query.reason = Some(word(value)?),
                "stage" => query.stage = Some(word(value)?),
                "currency" => query.currency = Some(word(value)?),
                "evidence" => query.evidence = Some(word(value)?),
                "country" => query.country = Some(value.to_owned()),
                "product" => query.product = Some(value.to_owned()),
                "decision" => query.decision = Some(value.to_owned()),
                "contested" => query.contested = Some(yes_or_no(value)?),
                "claims" => query.claims = yes_or_no(value)?,
                "figure" => query.figure = Some(word(value)?),
                "after" => query.after = Some(position(value)?),
                _ => {
                    return Err(unknown_parameter(
                        "client, connection, platform, turn, state, due, due_from, due_to, due_in, assignee, attention, open, awake, days, opened, opened_from, opened_to, \
                         closed, closed_from, closed_to, amount_from, amount_below, outcome, reason, stage, currency, evidence, country, product, decision, contested, \
                         claims, figure, after",
                    ));
                }
            }
            Ok(())
        });
        if wrong.is_empty() { Ok(query) } else { Err(wrong) }
    }

    /// Whether it asks how cases are worked on, which a client's person does not see.
    pub fn is_inner(&self) -> bool {
        self.state.is_some() || self.assignee.is_some() || self.attention.is_some() || self.awake
    }

    /// The parameters of a link to this view.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let truth = |b: bool| if b { "1" } else { "0" }.to_owned();
        let due_in = (self.due_from.zip(self.due_to)).and_then(|(from, to)| values::interval(from, to));
        // Days of UTC from one up to, and without, another are one short parameter: reports have hundreds of such links.
        let between = |from: Option<NaiveDate>, to: Option<NaiveDate>| {
            let both = from.zip(to).filter(|_| self.utc);
            both.map(|(from, to)| format!("{from}/{to}"))
        };
        let opened = between(self.opened_from, self.opened_to);
        let closed = between(self.closed_from, self.closed_to);
        let day = |day: Option<NaiveDate>, whole: &Option<String>| day.filter(|_| whole.is_none()).map(text);
        let utc = self.utc && opened.is_none() && closed.is_none();
        let bound = |at: Option<DateTime<Utc>>| at.filter(|_| due_in.is_none()).map(values::machine);
        let parts = [
            ("client", self.client.clone()),
            ("connection", self.connection.map(text)),
            ("platform", self.platform.map(text)),
            ("turn", self.turn.map(text)),
            ("state", self.state.map(text)),
            ("due", self.due.map(|h| format!("{h}h"))),
            ("due_from", bound(self.due_from)),
            ("due_to", bound(self.due_to)),
            ("due_in", due_in.clone()),
            ("assignee", self.assignee.clone()),
            (
                "attention",
                self.attention.map(|a| a.map_or_else(|| ANY.to_owned(), text)),
            ),
            ("open", self.open.then(|| truth(true))),
            ("awake", self.awake.then(|| truth(true))),
            ("days", utc.then(|| UTC.to_owned())),
            ("opened_from", day(self.opened_from, &opened)),
            ("opened_to", day(self.opened_to, &opened)),
            ("opened", opened),
            ("closed_from", day(self.closed_from, &closed)),
            ("closed_to", day(self.closed_to, &closed)),
            ("closed", closed),
            ("amount_from", self.amount_from.map(text)),
            ("amount_below", self.amount_below.map(text)),
            (
                "outcome",
                self.outcome.map(|o| o.map_or_else(|| OPEN.to_owned(), text)),
            ),
            ("reason", self.reason.map(text)),
            ("stage", self.stage.map(text)),
            ("currency", self.currency.map(text)),
            ("evidence", self.evidence.map(text)),
            ("country", self.country.clone()),
            ("product", self.product.clone()),
            ("decision", self.decision.clone()),
            ("contested", self.contested.map(truth)),
            ("claims", self.claims.then(|| truth(true))),
            ("figure", self.figure.map(text)),
            (
                "after",
                self.after
                    .map(|p| format!("{}.{}", p.sort_at.timestamp_micros(), p.id)),
            ),
        ];
        parts
            .into_iter()
            .filter_map(|(name, value)| value.map(|v| (name, v)))
            .collect()
    }

    /// The same for the use cases. The client is no part of it: it is the scope of the read.
    pub fn filter(&self, now: DateTime<Utc>) -> CaseFilter {
        let start = |day| {
            if self.utc {
                first_utc(day)
            } else {
                locale::begin(day)
            }
        };
        CaseFilter {
            connection: self.connection,
            platform: self.platform,
            turn: self.turn,
            work_state: self.state,
            to_do: false,
            due_before: self
                .due
                .map(|h| now + Duration::hours(h))
                .into_iter()
                .chain(self.due_to)
                .min(),
            due_from: self.due_from,
            awake_at: self.awake.then_some(now),
            assignee: self
                .assignee
                .as_ref()
                .map(|a| if a == NOBODY { String::new() } else { a.clone() }),
            attention: self.attention,
            open_only: self.open,
            opened_from: self.opened_from.map(start),
            opened_to: self.opened_to.map(start),
            closed_from: self.closed_from.map(start),
            closed_to: self.closed_to.map(start),
            amount_from: self.amount_from,
            amount_below: self.amount_below,
            outcome: self.outcome.map(|o| o.map_or_else(|| OPEN.to_owned(), text)),
            reason: self.reason,
            stage: self.stage,
            currency: self.currency,
            evidence: self.evidence,
            country: self.country.as_deref().map(told),
            product: self.product.as_deref().map(told),
            decision: self.decision.as_deref().map(told),
            contested: self.contested,
            claims: self.claims,
            figure: self.figure.map(|figure| (figure, now)),
        }
    }
}

fn first_utc(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// As rows have it: nothing where nobody tells.
fn told(value: &str) -> String {
    if [UNKNOWN, NOT_TOLD].contains(&value) {
        String::new()
    } else {
        value.to_owned()
    }
}

/// What the win-rate page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportQuery {
    /// Name or id.
    pub client: Option<String>,
    pub from: Option<NaiveDate>,
    /// The first day that is out.
    pub to: Option<NaiveDate>,
    pub by: GroupBy,
    /// The cases closed in the period instead of those opened in it.
    pub closed: bool,
    /// All amounts in this currency.
    pub currency: Option<Currency>,
    /// Of the amounts of groups, those in this currency.
    pub amounts: Option<Currency>,
    /// Which part of the groups the tables show, from 1 on.
    pub part: Option<u16>,
}

impl ReportQuery {
    /// The usual report of a client.
    pub fn of(client: ClientId) -> Self {
        Self {
            client: Some(client.to_string()),
            from: None,
            to: None,
            by: GroupBy::Month,
            closed: false,
            currency: None,
            amounts: None,
            part: None,
        }
    }

    /// Reads the parameters; every wrong one is named with what would be right.
    pub fn parse(pairs: &Pairs) -> Result<Self, Vec<String>> {
        let mut query = Self {
            client: None,
            from: None,
            to: None,
            by: GroupBy::Month,
            closed: false,
            currency: None,
            amounts: None,
            part: None,
        };
        let wrong = read(pairs, |name, value| {
            match name {
                "client" => query.client = Some(value.to_owned()),
                "from" => query.from = Some(day(value)?),
                "to" => query.to = Some(day(value)?),
                "by" => query.by = word(value)?,
                "closed" => query.closed = yes_or_no(value)?,
                "currency" => query.currency = Some(word(value)?),
                "amounts" => query.amounts = Some(word(value)?),
                "part" => query.part = Some(value.parse().map_err(|_| wrong_value("query-place", value))?),
                _ => {
                    return Err(unknown_parameter(
                        "client, from, to, by, closed, currency, amounts, part",
                    ));
                }
            }
            Ok(())
        });
        if wrong.is_empty() { Ok(query) } else { Err(wrong) }
    }

    /// The parameters of a link to this view.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let parts = [
            ("client", self.client.clone()),
            ("from", self.from.map(text)),
            ("to", self.to.map(text)),
            ("by", Some(self.by.as_str().to_owned())),
            ("closed", self.closed.then(|| "1".to_owned())),
            ("currency", self.currency.map(text)),
            ("amounts", self.amounts.map(text)),
            ("part", self.part.filter(|part| *part > 1).map(text)),
        ];
        parts
            .into_iter()
            .filter_map(|(name, value)| value.map(|v| (name, v)))
            .collect()
    }
}
