//! How fast each client answered questions before a day: worked out from the questions when a report is asked, so that nothing
//! of it is stored with cases (`docket_core::factor::answers`).

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use docket_core::factor::FactorKind;
use docket_core::factor::answers::{Question, bands};
use docket_core::factor::catalogue::CATALOGUE;
use docket_core::factor::goods::days_before;
use docket_core::request::RequestState;
use uuid::Uuid;

use crate::report_read::{Days, day_text};
use crate::{Db, Error, Result, on_db};

const ASKED: &str = "SELECT q.client_id, q.asked_at, (SELECT min(a.received_at) FROM info_answers a WHERE a.request_id = q.id) \
    AS answered_at, q.ended_at, q.state FROM info_requests q WHERE q.client_id BETWEEN $1 AND $2 AND q.asked_at >= $3 \
    AND q.asked_at < $4 ORDER BY q.client_id, q.asked_at, q.id";

#[cfg(feature = "testing")]
pub(super) const STATEMENTS: &[&str] = &[ASKED];

type Row = (
    Uuid,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
    Option<DateTime<Utc>>,
    String,
);

/// Grows with clients and with how often their median changed its band.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// By client, as rows name it: from which day on which band holds, the oldest first.
    since: HashMap<String, Vec<(String, Option<&'static str>)>>,
}

/// The place of the factor in the catalogue.
pub(super) fn place() -> usize {
    let own = |entry: &docket_core::factor::catalogue::Entry| entry.kind == FactorKind::ClientAnswerTime;
    CATALOGUE.iter().position(own).unwrap_or(CATALOGUE.len())
}

fn question((_, asked_at, answered_at, ended_at, state): &Row) -> Result<Question> {
    let state: RequestState = state.parse().map_err(|e| Error::damaged("info_requests", e))?;
    Ok(Question {
        asked_at: *asked_at,
        answered_at: *answered_at,
        ended_at: *ended_at,
        withdrawn: state == RequestState::Withdrawn,
    })
}

impl Answers {
    fn of(rows: &[Row], name: impl Fn(Uuid) -> String) -> Result<Self> {
        let mut since = HashMap::new();
        for held in rows.chunk_by(|a, b| a.0 == b.0) {
            let questions: Vec<Question> = held.iter().map(question).collect::<Result<_>>()?;
            let days = bands(questions).into_iter();
            let days: Vec<_> = days.map(|(day, band)| (day_text(day), band)).collect();
            if let Some((client, ..)) = held.first().filter(|_| !days.is_empty()) {
                since.insert(name(*client), days);
            }
        }
        Ok(Self { since })
    }

    /// Whether nothing is known of any client.
    pub(super) fn is_empty(&self) -> bool {
        self.since.is_empty()
    }

    /// The band of a client's median when a day began.
    pub(super) fn at(&self, client: &str, day: &str) -> Option<&'static str> {
        let since = self.since.get(client)?;
        let held = since.partition_point(|(from, _)| from.as_str() <= day);
        since.get(held.checked_sub(1)?)?.1
    }
}

impl Db {
    /// The answers of a scope's clients, as far as they count for cases of these days.
    pub(super) async fn answers(&self, (low, high): (Uuid, Uuid), days: Days) -> Result<Answers> {
        let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
        // What was closed in these days was opened whenever.
        let from = if days.closed {
            DateTime::UNIX_EPOCH
        } else {
            midnight(days_before(days.from).0).max(DateTime::UNIX_EPOCH)
        };
        let to = midnight(
            days.to
                .min(NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(days.to)),
        );
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(ASKED)
            .bind(low).bind(high).bind(from).bind(to).fetch_all(c).await)?;
        Answers::of(&rows, |id| self.named_in_lines(id))
    }
}
