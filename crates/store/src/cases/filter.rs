//! Which cases a list shows.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use docket_core::attention::Attention;
use docket_core::case::Answer;
use docket_core::id::ConnectionId;
use docket_core::stats::Figure;
use docket_core::words::{Outcome, Platform, Turn, WorkState};

use crate::ClientScope;
use crate::bulk::Bind;
use crate::win_rate::BAND;

/// Which cases to list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CaseFilter {
    /// Of this connection.
    pub connection: Option<ConnectionId>,
    /// On this platform.
    pub platform: Option<Platform>,
    /// Whose move it is.
    pub turn: Option<Turn>,
    /// With our own work at this state.
    pub work_state: Option<WorkState>,
    /// A person has something to do with it now: our turn, and neither with the client, in review, nor on its way.
    pub to_do: bool,
    /// Waiting for us with a deadline before this instant.
    pub due_before: Option<DateTime<Utc>>,
    /// Waiting for us with a deadline at this instant or later.
    pub due_from: Option<DateTime<Utc>>,
    /// Not put aside at this instant.
    pub awake_at: Option<DateTime<Utc>>,
    /// Given to this person; the empty text means nobody.
    pub assignee: Option<String>,
    /// Carrying a flag: any, or this one.
    pub attention: Option<Option<Attention>>,
    /// Open ones only.
    pub open_only: bool,
    /// Opened at the platform from here on.
    pub opened_from: Option<DateTime<Utc>>,
    /// Opened at the platform before this.
    pub opened_to: Option<DateTime<Utc>>,
    /// Closed at the platform from here on.
    pub closed_from: Option<DateTime<Utc>>,
    /// Closed at the platform before this.
    pub closed_to: Option<DateTime<Utc>>,
    /// Of at least so many minor units.
    pub amount_from: Option<i64>,
    /// Of less than so many.
    pub amount_below: Option<i64>,
    /// With this outcome (`open` for none), for tracing a figure to its cases.
    pub outcome: Option<String>,
    /// With this reason.
    pub reason: Option<docket_core::words::Reason>,
    /// At this stage.
    pub stage: Option<docket_core::words::Stage>,
    /// In this currency.
    pub currency: Option<docket_core::money::Currency>,
    /// With evidence of this completeness.
    pub evidence: Option<docket_core::evidence::Band>,
    /// Sent to this country, as known when the dispute opened; the empty text means that nothing tells it.
    pub country: Option<String>,
    /// Of these goods, as known when the dispute opened; the empty text means that nothing tells them.
    pub product: Option<String>,
    /// Decided for a reason that speaks of this; the empty text means that the platform told none.
    pub decision: Option<String>,
    /// Answered with evidence, or not.
    pub contested: Option<bool>,
    /// Counted as claims by the health of their account (`docket_app::HEALTH_DEFINITION`).
    pub claims: bool,
    /// Counted by this figure of the win-rate report as of this instant.
    pub figure: Option<(Figure, DateTime<Utc>)>,
}

/// What reports count the outcome of a case as: a contest that gave a part back by itself is won in part (`domain.md` D4), which
/// only its row of the reports knows.
const REPORTED: &str = "CASE WHEN c.outcome = 'won' AND EXISTS (SELECT 1 FROM report_cases p WHERE p.case_id = c.id \
    AND p.outcome = 'partial') THEN 'partial' ELSE coalesce(c.outcome, 'open') END";

/// The cases that a figure counts, as the figure itself says; only our own words stand in the text.
fn counted(figure: Figure) -> String {
    let side = |contested: bool| {
        let all = Outcome::ALL.iter().map(|outcome| Some(*outcome)).chain([None]);
        let words: Vec<String> = all
            .filter(|outcome| figure.counts(*outcome, contested, Answer::NotDue))
            .map(|outcome| format!("'{}'", outcome.map_or("open", |o| o.as_str())))
            .collect();
        let not = if contested { "" } else { "NOT " };
        (!words.is_empty()).then(|| format!("({not}c.contested AND {REPORTED} IN ({}))", words.join(", ")))
    };
    let sides: Vec<String> = [true, false].into_iter().filter_map(side).collect();
    format!("({})", sides.join(" OR "))
}

impl CaseFilter {
    pub(crate) fn sql(&self, scope: ClientScope) -> (String, Vec<Bind>) {
        let (low, high) = scope.range();
        // SQLite takes a range of clients for a narrow one and walks all their cases, and PostgreSQL compares each case with it:
        // where it holds every client, it is looked at once.
        let mut sql = match scope {
            ClientScope::Agency => "WHERE $1 <= $2".to_owned(),
            ClientScope::One(_) => "WHERE c.client_id BETWEEN $1 AND $2".to_owned(),
        };
        let mut binds = vec![Bind::Uuid(low), Bind::Uuid(high)];
        let mut and = |clause: &str, bind: Bind| {
            binds.push(bind);
            // Writing to a String cannot fail.
            let _ = write!(sql, " AND {}", clause.replace('?', &format!("${}", binds.len())));
        };
        if let Some(connection) = self.connection {
            and("c.connection_id = ?", Bind::Uuid(connection.0));
        }
        if let Some(platform) = self.platform {
            and("c.platform = ?", Bind::Text(platform.as_str().to_owned()));
        }
        if let Some(turn) = self.turn {
            and("c.turn = ?", Bind::Text(turn.as_str().to_owned()));
        }
        if let Some(state) = self.work_state {
            and("c.work_state = ?", Bind::Text(state.as_str().to_owned()));
        }
        if let Some(before) = self.due_before {
            // No step lies behind its deadline, so the queue's own index narrows the search first.
            and(
                "c.turn = 'ours' AND c.sort_at < ? AND r.deadline < ?",
                Bind::Time(before),
            );
        }
        if let Some(from) = self.due_from {
            and("c.turn = 'ours' AND r.deadline >= ?", Bind::Time(from));
        }
        if let Some(now) = self.awake_at {
            and(
                // What must be done before that instant, as it is known now, wakes it.
                "NOT EXISTS (SELECT 1 FROM snoozes z WHERE z.case_id = c.id AND z.until_at > ? AND z.until_at <= c.sort_at)",
                Bind::Time(now),
            );
        }
        if let Some(assignee) = &self.assignee {
            and("coalesce(c.assignee, '') = ?", Bind::Text(assignee.clone()));
        }
        if let Some(Some(flag)) = self.attention {
            and("c.attention LIKE ?", Bind::Text(format!("%\"{flag}\"%")));
        }
        if let Some(from) = self.opened_from {
            and("c.opened_at >= ?", Bind::Time(from));
        }
        if let Some(to) = self.opened_to {
            and("c.opened_at < ?", Bind::Time(to));
        }
        if let Some(from) = self.closed_from {
            and("c.closed_at >= ?", Bind::Time(from));
        }
        if let Some(to) = self.closed_to {
            and("c.closed_at < ?", Bind::Time(to));
        }
        if let Some(from) = self.amount_from {
            and("c.amount_minor >= ?", Bind::Int(from));
        }
        if let Some(below) = self.amount_below {
            and("c.amount_minor < ?", Bind::Int(below));
        }
        if let Some(outcome) = &self.outcome {
            // Only these two may be told apart otherwise than the case's own column does.
            let reported = format!("c.outcome IN ('won', 'partial') AND {REPORTED} = ?");
            let clause = match outcome.as_str() {
                "won" | "partial" => reported.as_str(),
                _ => "coalesce(c.outcome, 'open') = ?",
            };
            and(clause, Bind::Text(outcome.clone()));
        }
        if let Some(reason) = self.reason {
            and("c.reason = ?", Bind::Text(reason.as_str().to_owned()));
        }
        if let Some(stage) = self.stage {
            and("c.stage = ?", Bind::Text(stage.as_str().to_owned()));
        }
        if let Some(currency) = self.currency {
            and("c.currency = ?", Bind::Text(currency.code().to_owned()));
        }
        if let Some(band) = self.evidence {
            and(&format!("{BAND} = ?"), Bind::Text(band.as_str().to_owned()));
        }
        let reported = [
            ("country", &self.country),
            ("product", &self.product),
            ("decision", &self.decision),
        ];
        for (column, value) in reported {
            if let Some(value) = value {
                let rows = format!(
                    "EXISTS (SELECT 1 FROM report_cases p WHERE p.case_id = c.id AND p.{column} = ?)"
                );
                and(&rows, Bind::Text(value.clone()));
            }
        }
        if let Some((figure, as_of)) = self.figure.filter(|(figure, _)| figure.goes_by_the_answer()) {
            let answers = Answer::ALL
                .iter()
                .filter(|answer| figure.counts(None, false, **answer));
            let words: Vec<String> = answers.map(|answer| format!("'{answer}'")).collect();
            // An answer that is due is missed once its time has passed.
            let late = if figure.counts(None, false, Answer::Missed) {
                "due"
            } else {
                ""
            };
            let rows = format!(
                "EXISTS (SELECT 1 FROM report_cases p WHERE p.case_id = c.id AND (p.answer IN ({}) OR (p.answer = '{late}' \
                 AND p.due_at <= ?)))",
                words.join(", ")
            );
            and(&rows, Bind::Time(as_of));
        }
        if let Some((figure, _)) = self.figure.filter(|(figure, _)| !figure.goes_by_the_answer()) {
            let _ = write!(sql, " AND {}", counted(figure));
        }
        if let Some(contested) = self.contested {
            // A truth value on PostgreSQL, 0 or 1 on SQLite: both read as a condition.
            sql.push_str(if contested {
                " AND c.contested"
            } else {
                " AND NOT c.contested"
            });
        }
        if self.attention.is_some() {
            // As the index says it.
            sql.push_str(" AND c.attention <> '[]'");
        }
        if self.claims {
            sql.push_str(
                " AND c.stage <> 'inquiry' \
                 AND (c.platform <> 'paypal' OR c.reason IN ('not_received', 'not_as_described'))",
            );
        }
        if self.to_do {
            sql.push_str(" AND c.turn = 'ours' AND c.work_state IN ('new', 'triage', 'drafting')");
        }
        if self.open_only {
            sql.push_str(" AND c.closed_at IS NULL");
        }
        (sql, binds)
    }
}
