//! How often goods were complained of before a case was opened: worked out behind the writes that it follows from, a few
//! days of one client at a time (`docket_core::factor::goods`).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use docket_core::factor::goods::{DAYS, GoodsHistory, days_before};
use docket_core::factor::{Factor, FactorKind};
use docket_core::id::{CaseId, ClientId};
use docket_core::words::Reason;
use uuid::Uuid;

use crate::bulk::write_rows;
use crate::factors::FactorSet;
use crate::report_read::day_text;
use crate::unit::{Change, UnitOfWork};
use crate::{Db, Error, Result, on_db, on_tx};

const OPENED: &str = "SELECT opened_at FROM cases WHERE id = $1";
const HAS_GOODS: &str = "SELECT count(*) FROM case_skus WHERE case_id = $1";
// What is asked for while nothing is due replaces what was; else both together are due.
const MARK: &str = "INSERT INTO goods_due (client_id, since, until, version) VALUES ($1, $2, $3, 1) \
    ON CONFLICT (client_id) DO UPDATE SET version = goods_due.version + 1, \
    since = CASE WHEN goods_due.since >= goods_due.until OR excluded.since < goods_due.since \
    THEN excluded.since ELSE goods_due.since END, \
    until = CASE WHEN goods_due.since >= goods_due.until OR excluded.until > goods_due.until \
    THEN excluded.until ELSE goods_due.until END";
const DUE: &str =
    "SELECT client_id, since, until, version FROM goods_due WHERE since < until ORDER BY client_id LIMIT 1";
const FIRST: &str = "SELECT min(r.opened_on) FROM report_cases r WHERE r.client_id = $1 AND r.opened_on >= $2 \
    AND r.opened_on < $3 AND EXISTS (SELECT 1 FROM case_skus s WHERE s.case_id = r.case_id)";
const ABOUT: &str = "SELECT r.case_id, r.opened_on, r.reason, s.sku FROM report_cases r \
    JOIN case_skus s ON s.case_id = r.case_id WHERE r.client_id = $1 AND r.opened_on >= $2 AND r.opened_on < $3";
const HELD: &str = "SELECT g.case_id, g.factors FROM report_cases r JOIN goods_factors g ON g.case_id = r.case_id \
    WHERE r.client_id = $1 AND r.opened_on >= $2 AND r.opened_on < $3";
/// SQLite's text, then PostgreSQL's.
const SOLD: (&str, &str) = (
    "SELECT s.sku, substr(s.sold_at, 1, 10), CAST(sum(s.units) AS INTEGER) FROM json_each($4) k JOIN sold s \
     ON s.sku = k.value AND s.client_id = $1 AND s.sold_at >= $2 AND s.sold_at < $3 GROUP BY 1, 2",
    "SELECT s.sku, to_char(s.sold_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), CAST(sum(s.units) AS BIGINT) \
     FROM unnest($4::text[]) AS k (sku) JOIN sold s \
     ON s.sku = k.sku AND s.client_id = $1 AND s.sold_at >= $2 AND s.sold_at < $3 GROUP BY 1, 2",
);
const DONE: &str = "UPDATE goods_due SET since = $3 WHERE client_id = $1 AND version = $2";
const FORGET: &str = "DELETE FROM goods_factors WHERE case_id = $1";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[OPENED, HAS_GOODS, MARK, DUE, FIRST, ABOUT, HELD, DONE, FORGET];
#[cfg(feature = "testing")]
pub(crate) const PAIRS: &[(&str, &str)] = &[SOLD];

/// Days of opening of one step: few enough that no write waits long for it.
const STEP: u64 = 7;

/// A client's days that are due.
type Due = (Uuid, String, String, i64);

/// A case of the step with its goods.
struct About {
    case: CaseId,
    opened: NaiveDate,
    skus: BTreeSet<String>,
}

fn day(text: &str) -> Result<NaiveDate> {
    text.parse().map_err(|e| Error::damaged("report_cases", e))
}

fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

impl UnitOfWork {
    /// The cases opened from a day on, until what happened on another one no longer counts, are due.
    async fn goods_due(&mut self, client: ClientId, (first, last): (NaiveDate, NaiveDate)) -> Result<()> {
        let (since, until) = (day_text(first), day_text(later(last, DAYS + 1)));
        on_tx!(&mut self.tx, c => sqlx::query(MARK).bind(client.0).bind(&since).bind(&until)
            .execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Other goods are known of a case.
    pub(crate) async fn goods_changed(&mut self, (case, client): (CaseId, ClientId)) -> Result<()> {
        let opened: Option<(DateTime<Utc>,)> =
            on_tx!(&mut self.tx, c => sqlx::query_as(OPENED).bind(case.0).fetch_optional(&mut *c).await)?;
        if let Some((at,)) = opened {
            let day = at.date_naive();
            self.goods_due(client, (day, day)).await?;
        }
        on_tx!(&mut self.tx, c => sqlx::query(FORGET).bind(case.0).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// What was sold on these days is told otherwise than before.
    pub(crate) async fn sales_changed(
        &mut self,
        client: ClientId,
        days: impl Iterator<Item = NaiveDate> + Clone,
    ) -> Result<()> {
        match (days.clone().min(), days.max()) {
            (Some(first), Some(last)) => self.goods_due(client, (first, last)).await,
            _ => Ok(()),
        }
    }

    /// Cases that became a complaint, or are none any more, or were opened on another day than was thought.
    pub(crate) async fn complaints_changed(&mut self, changes: &[Change]) -> Result<()> {
        for change in changes {
            let Some(before) = &change.before else { continue };
            let (before, after) = (&before.case, &change.transition.case);
            let complaint = |reason: Reason| reason == Reason::NotAsDescribed;
            let opened = (
                before.facts.opened_at.date_naive(),
                after.facts.opened_at.date_naive(),
            );
            if opened.0 == opened.1 && complaint(before.facts.reason) == complaint(after.facts.reason) {
                continue;
            }
            let (goods,): (i64,) = on_tx!(&mut self.tx, c => sqlx::query_as(HAS_GOODS).bind(after.id.0).fetch_one(&mut *c).await)?;
            if goods > 0 {
                let days = (opened.0.min(opened.1), opened.0.max(opened.1));
                self.goods_due(after.client, days).await?;
            }
        }
        Ok(())
    }
}

impl Db {
    /// Works out some days of one client; says whether there was anything to do.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn renew_goods(&self, now: DateTime<Utc>) -> Result<bool> {
        let due: Option<Due> = on_db!(self, c => sqlx::query_as(DUE).fetch_optional(c).await)?;
        let Some((client, since, until, version)) = due else {
            return Ok(false);
        };
        let client = ClientId(client);
        let (first,): (Option<String>,) = on_db!(self, c => sqlx::query_as(FIRST)
            .bind(client.0).bind(&since).bind(&until).fetch_one(c).await)?;
        let Some(first) = first else {
            let unit = UnitOfWork::begin(self).await?;
            return unit.goods_done((client, version), &until, &[], now).await;
        };
        let first = day(&first)?;
        let end = day_text(later(first, STEP)).min(until);
        let sets = self.goods_of(client, (first, &end)).await?;
        let unit = UnitOfWork::begin(self).await?;
        unit.goods_done((client, version), &end, &sets, now).await
    }

    /// What is to be recorded of a client's cases opened on these days, where it differs from what is.
    async fn goods_of(&self, client: ClientId, (first, end): (NaiveDate, &str)) -> Result<Vec<FactorSet>> {
        let (from, begin) = (day_text(days_before(first).0), day_text(first));
        let rows: Vec<(Uuid, String, String, String)> = on_db!(self, c => sqlx::query_as(ABOUT)
            .bind(client.0).bind(&from).bind(end).fetch_all(c).await)?;
        let held: Vec<(Uuid, String)> = on_db!(self, c => sqlx::query_as(HELD)
            .bind(client.0).bind(&begin).bind(end).fetch_all(c).await)?;
        let held: BTreeMap<Uuid, String> = held.into_iter().collect();
        let mut numbers: BTreeMap<Uuid, usize> = BTreeMap::new();
        let mut complaints = Vec::new();
        let mut cases: BTreeMap<Uuid, About> = BTreeMap::new();
        let mut skus: BTreeSet<String> = BTreeSet::new();
        for (case, opened_on, reason, sku) in rows {
            let opened = day(&opened_on)?;
            skus.insert(sku.clone());
            if reason == Reason::NotAsDescribed.as_str() {
                let next = numbers.len();
                complaints.push((sku.clone(), opened, *numbers.entry(case).or_insert(next)));
            }
            if opened >= first {
                let about = cases.entry(case).or_insert_with(|| About {
                    case: CaseId(case),
                    opened,
                    skus: BTreeSet::new(),
                });
                about.skus.insert(sku);
            }
        }
        let skus: Vec<String> = skus.into_iter().collect();
        let span = (midnight(days_before(first).0), midnight(day(end)?));
        let history = GoodsHistory::of(complaints, self.units_by_day(client, span, &skus).await?);
        let mut medians = BTreeMap::new();
        let each = cases.into_values().filter_map(|about| {
            let opened = about.opened;
            let median = *medians.entry(opened).or_insert_with(|| history.median(opened));
            let rate = history.rate(about.skus.iter().map(String::as_str), opened);
            let beside = median.map_or_else(String::new, |median| {
                format!(
                    ", the client's median is {} of {}",
                    median.complaints, median.units
                )
            });
            let factor = Factor {
                kind: FactorKind::SkuComplaintBand,
                value: rate.band(median).to_owned(),
                source: format!(
                    "docket:{} cases of {} units of the same goods{beside}",
                    rate.complaints, rate.units
                ),
                as_of: midnight(opened),
            };
            let set = FactorSet::of(about.case, client, &[factor])?;
            (held.get(&about.case.0) != Some(&set.factors)).then_some(set)
        });
        Ok(each.collect())
    }

    /// Units sold of these goods, by day.
    async fn units_by_day(
        &self,
        client: ClientId,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
        skus: &[String],
    ) -> Result<Vec<(String, NaiveDate, i64)>> {
        let rows: Vec<(String, String, i64)> = match self {
            Self::Sqlite { read, .. } => {
                let query = sqlx::query_as(SOLD.0).bind(client.0).bind(from).bind(to);
                query.bind(crate::bulk::json(skus)).fetch_all(read).await?
            }
            Self::Postgres(pool) => {
                let query = sqlx::query_as(SOLD.1).persistent(false).bind(client.0).bind(from);
                query.bind(to).bind(skus).fetch_all(pool).await?
            }
        };
        let read = |(sku, on, units): (String, String, i64)| Ok((sku, day(&on)?, units));
        rows.into_iter().map(read).collect()
    }
}

impl UnitOfWork {
    /// Records what was worked out and moves on, if nobody asked for more since it was read: else it is worked out again.
    async fn goods_done(
        mut self,
        (client, version): (ClientId, i64),
        next: &str,
        sets: &[FactorSet],
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let moved = on_tx!(&mut self.tx, c => sqlx::query(DONE).bind(client.0).bind(version).bind(next)
            .execute(&mut *c).await.map(|done| done.rows_affected()))?;
        if moved == 0 {
            return Ok(true);
        }
        write_rows!(
            &mut self.tx,
            "INSERT INTO goods_factors (case_id, client_id, recorded_at, factors)",
            "ON CONFLICT (case_id) DO UPDATE SET recorded_at = excluded.recorded_at, factors = excluded.factors",
            sets,
            |row| [row.case.0, row.client.0, now, row.factors.as_str()]
        );
        for set in sets {
            self.renew_levels(set.case).await?;
        }
        self.commit().await?;
        Ok(true)
    }
}
