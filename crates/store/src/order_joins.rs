//! Which order belongs to which case: by the references of both, and by what people say.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use docket_core::case::Case;
use docket_core::dossier::refs::{self, Lead, Orders, Said, reference};
use docket_core::id::{CaseId, ClientId};
use uuid::Uuid;

use crate::bulk::{Pair, write_rows};
use crate::unit::{Change, UnitOfWork};
use crate::{ClientScope, Db, Result, on_db, on_tx};

const LEADS: Pair = Pair(
    "SELECT ref, order_key, named FROM order_refs \
     WHERE client_id BETWEEN $1 AND $2 AND ref IN (SELECT value FROM json_each($3))",
    "SELECT r.* FROM unnest($3::text[]) AS wanted (key) CROSS JOIN LATERAL \
     (SELECT ref, order_key, named FROM order_refs \
     WHERE client_id BETWEEN $1 AND $2 AND ref = wanted.key OFFSET 0) AS r",
);
const REFS: Pair = Pair(
    "SELECT order_key, ref FROM order_refs \
     WHERE client_id BETWEEN $1 AND $2 AND order_key IN (SELECT value FROM json_each($3))",
    "SELECT r.* FROM unnest($3::text[]) AS wanted (key) CROSS JOIN LATERAL \
     (SELECT order_key, ref FROM order_refs \
     WHERE client_id BETWEEN $1 AND $2 AND order_key = wanted.key OFFSET 0) AS r",
);
const CASES: Pair = Pair(
    "SELECT ref, case_id FROM case_refs \
     WHERE client_id BETWEEN $1 AND $2 AND ref IN (SELECT value FROM json_each($3))",
    "SELECT r.* FROM unnest($3::text[]) AS wanted (key) CROSS JOIN LATERAL \
     (SELECT ref, case_id FROM case_refs WHERE client_id BETWEEN $1 AND $2 AND ref = wanted.key OFFSET 0) AS r",
);
const JOINED: Pair = Pair(
    "SELECT order_key, case_id FROM order_joins \
     WHERE client_id BETWEEN $1 AND $2 AND joined AND order_key IN (SELECT value FROM json_each($3))",
    "SELECT order_key, case_id FROM order_joins \
     WHERE client_id BETWEEN $1 AND $2 AND joined AND order_key = ANY($3)",
);
const SAID: &str =
    "SELECT order_key, joined FROM order_joins WHERE client_id BETWEEN $1 AND $2 AND case_id = $3";
const SAY: &str = "INSERT INTO order_joins (case_id, order_key, client_id, joined, told_by, told_at) \
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (case_id, order_key) DO UPDATE SET joined = excluded.joined, \
    told_by = excluded.told_by, told_at = excluded.told_at";
// On PostgreSQL the row is held until the commit: as weakly as the foreign key of a new case does, so that saves do not wait
// for one another, and a first import waits for them and they for it.
const TELLS: Pair = Pair(
    "SELECT told FROM clients WHERE id = $1",
    "SELECT told FROM clients WHERE id = $1 FOR KEY SHARE",
);
const FIRST: Pair = Pair(
    "SELECT id FROM clients WHERE id = $1 AND NOT told",
    "SELECT id FROM clients WHERE id = $1 AND NOT told FOR UPDATE",
);
const NOW_TELLS: &str = "UPDATE clients SET told = TRUE WHERE id = $1";
// The form is that of `docket_core::dossier::refs::reference`; a test compares them.
const FILL: Pair = Pair(
    "INSERT INTO case_refs (ref, client_id, case_id) \
     SELECT DISTINCT lower(trim(ltrim(trim(r.value), '#'))), c.client_id, c.id FROM cases c, json_each(c.order_refs) r \
     WHERE c.client_id = $1 AND trim(ltrim(trim(r.value), '#')) <> '' ON CONFLICT DO NOTHING",
    "INSERT INTO case_refs (ref, client_id, case_id) \
     SELECT DISTINCT lower(trim(ltrim(trim(r.value), '#')) COLLATE \"C\"), c.client_id, c.id \
     FROM cases c, json_array_elements_text(c.order_refs::json) AS r (value) \
     WHERE c.client_id = $1 AND trim(ltrim(trim(r.value), '#')) <> '' ON CONFLICT DO NOTHING",
);
const FORGET: &str = "DELETE FROM case_refs WHERE ref = $1 AND client_id = $2 AND case_id = $3";
// A key that only parcels or messages go by waits with the order that has it among its references, not by itself.
const WAITING: &str = "SELECT o.order_key FROM order_refs o WHERE o.client_id BETWEEN $1 AND $2 AND o.ref = o.order_key \
    AND o.order_key > $3 \
    AND NOT EXISTS (SELECT 1 FROM order_refs a JOIN case_refs c ON c.ref = a.ref AND c.client_id = a.client_id \
        WHERE a.order_key = o.order_key AND a.client_id = o.client_id) \
    AND NOT EXISTS (SELECT 1 FROM order_refs a WHERE a.ref = o.order_key AND a.client_id = o.client_id AND a.named \
        AND a.order_key <> o.order_key) \
    AND NOT EXISTS (SELECT 1 FROM order_joins j WHERE j.order_key = o.order_key AND j.client_id = o.client_id AND j.joined) \
    ORDER BY o.order_key LIMIT $4";
const SEVERAL: &str = "SELECT DISTINCT c.case_id, a.order_key, a.ref FROM case_refs c \
    JOIN order_refs a ON a.ref = c.ref AND a.client_id = c.client_id AND a.named \
    WHERE c.client_id BETWEEN $1 AND $2 AND c.case_id IN (SELECT d.case_id FROM case_refs d \
        JOIN order_refs b ON b.ref = d.ref AND b.client_id = d.client_id AND b.named \
        WHERE d.client_id BETWEEN $1 AND $2 AND NOT EXISTS (SELECT 1 FROM order_joins j \
            WHERE j.case_id = d.case_id AND (j.joined OR j.order_key = b.order_key)) \
        GROUP BY d.case_id HAVING count(DISTINCT b.order_key) > 1) \
    AND NOT EXISTS (SELECT 1 FROM order_joins j WHERE j.case_id = c.case_id AND j.order_key = a.order_key) \
    ORDER BY c.case_id, a.order_key, a.ref LIMIT $3";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[SAID, SAY, NOW_TELLS, FORGET, WAITING, SEVERAL];
#[cfg(feature = "testing")]
pub(crate) const PAIRS: &[Pair] = &[LEADS, REFS, CASES, JOINED, TELLS, FIRST, FILL];

/// An order goes by so many references: its number, the transaction, the invoice, the shop's own id.
const REFS_OF_AN_ORDER: i64 = 4;

/// Which orders' facts are a case's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JoinedOrders {
    /// The keys of the facts.
    pub keys: Vec<String>,
    /// Several orders fit and nobody has said which: no facts until somebody does.
    pub several: Vec<String>,
}

/// Why an order waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// No case names any of its references.
    NoCase,
    /// This case names references of other orders too.
    Several(CaseId),
}

/// An order that belongs to no case yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmatched {
    /// The order's key.
    pub order: String,
    /// The references that would lead to it.
    pub refs: BTreeSet<String>,
    /// Why it waits.
    pub why: Why,
}

fn leads(rows: Vec<(String, String, bool)>) -> Vec<Lead> {
    let lead = |(reference, order, named)| Lead {
        reference,
        order,
        named,
    };
    rows.into_iter().map(lead).collect()
}

/// The references of a case, in the form that they are compared in.
fn refs_of(case: &Case) -> BTreeSet<String> {
    case.facts
        .order_refs
        .iter()
        .filter_map(|text| reference(text))
        .collect()
}

impl Db {
    /// The orders whose facts are a case's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn joined_orders(&self, case: &Case) -> Result<JoinedOrders> {
        let range = ClientScope::One(case.client).range();
        let (low, high) = range;
        let rows: Vec<(String, bool)> = on_db!(self, c => sqlx::query_as(SAID).bind(low).bind(high).bind(case.id.0)
            .fetch_all(c).await)?;
        let said: Vec<Said> = rows
            .into_iter()
            .map(|(order, joined)| Said { order, joined })
            .collect();
        let own: Vec<String> = refs_of(case).into_iter().collect();
        let found = leads(LEADS.on(self, range, &own).await?);
        let chosen = match refs::choose(&found, &said) {
            Orders::These(keys) => keys,
            Orders::Several(keys) => {
                return Ok(JoinedOrders {
                    keys: Vec::new(),
                    several: keys.into_iter().collect(),
                });
            }
        };
        let further: Vec<(String, String)> = if chosen.is_empty() {
            Vec::new()
        } else {
            let chosen: Vec<String> = chosen.iter().cloned().collect();
            REFS.on(self, range, &chosen).await?
        };
        // The case's own references count unless a person has said which orders are its: then only theirs do.
        let mine = said.iter().any(|s| s.joined);
        let mut all: BTreeSet<String> = if mine {
            BTreeSet::new()
        } else {
            own.into_iter().collect()
        };
        all.extend(further.into_iter().map(|(_, reference)| reference));
        let all: Vec<String> = all.into_iter().collect();
        let around = leads(LEADS.on(self, range, &all).await?);
        let mut keys = refs::bare(&around, &said, &chosen);
        keys.extend(chosen);
        Ok(JoinedOrders {
            keys: keys.into_iter().collect(),
            several: Vec::new(),
        })
    }

    /// Cases that name a reference of one of these orders, or were joined to it: of each order those that it may belong
    /// to. `refs` are further references of an order that are not stored yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cases_of_orders(
        &self,
        client: ClientId,
        orders: &BTreeMap<String, BTreeSet<String>>,
    ) -> Result<BTreeMap<String, BTreeSet<CaseId>>> {
        let range = ClientScope::One(client).range();
        let keys: Vec<String> = orders.keys().cloned().collect();
        // A parcel may go by a reference of an order that goes by another.
        let mut owners: BTreeMap<String, BTreeSet<String>> = keys
            .iter()
            .map(|k| (k.clone(), BTreeSet::from([k.clone()])))
            .collect();
        for lead in leads(LEADS.on(self, range, &keys).await?) {
            owners.entry(lead.reference).or_default().insert(lead.order);
        }
        let every: BTreeSet<String> = owners.values().flatten().cloned().collect();
        let every: Vec<String> = every.into_iter().collect();
        let mut named: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (order, reference) in REFS.on::<(String, String)>(self, range, &every).await? {
            named.entry(order).or_default().insert(reference);
        }
        let reach: BTreeMap<&String, BTreeSet<&String>> = orders
            .iter()
            .map(|(key, own)| {
                let through = owners.get(key).into_iter().flatten();
                let stored = through.filter_map(|order| named.get(order)).flatten();
                (key, own.iter().chain([key]).chain(stored).collect())
            })
            .collect();
        let all: BTreeSet<&String> = reach.values().flatten().copied().collect();
        let all: Vec<String> = all.into_iter().cloned().collect();
        let mut cases: BTreeMap<String, BTreeSet<CaseId>> = BTreeMap::new();
        for (reference, case) in CASES.on::<(String, Uuid)>(self, range, &all).await? {
            cases.entry(reference).or_default().insert(CaseId(case));
        }
        let mut found: BTreeMap<String, BTreeSet<CaseId>> = BTreeMap::new();
        for (key, refs) in reach {
            let fit = refs.into_iter().filter_map(|reference| cases.get(reference));
            found.insert(key.clone(), fit.flatten().copied().collect());
        }
        for (key, case) in JOINED.on::<(String, Uuid)>(self, range, &keys).await? {
            found.entry(key).or_default().insert(CaseId(case));
        }
        Ok(found)
    }

    /// Of these cases those that a file's order may belong to; one statement for a batch.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cases_with_orders(&self, client: ClientId, cases: &[&Case]) -> Result<Vec<CaseId>> {
        let refs: BTreeSet<String> = cases.iter().flat_map(|case| refs_of(case)).collect();
        let refs: Vec<String> = refs.into_iter().collect();
        if refs.is_empty() {
            return Ok(Vec::new());
        }
        let found = leads(LEADS.on(self, ClientScope::One(client).range(), &refs).await?);
        let found: BTreeSet<String> = found.into_iter().map(|lead| lead.reference).collect();
        let led = cases.iter().filter(|case| !refs_of(case).is_disjoint(&found));
        Ok(led.map(|case| case.id).collect())
    }

    /// Whether anything was told under this key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn knows_order(&self, client: ClientId, key: &str) -> Result<bool> {
        let rows: Vec<(String, String)> = REFS
            .on(self, ClientScope::One(client).range(), &[key.to_owned()])
            .await?;
        Ok(!rows.is_empty())
    }

    /// Orders that wait: first those of which several fit one case, then those that no case names, from after a key on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unmatched(&self, scope: ClientScope, after: &str, limit: i64) -> Result<Vec<Unmatched>> {
        let (low, high) = scope.range();
        let mut found: Vec<(String, Why)> = Vec::new();
        if after.is_empty() {
            let rows: Vec<(Uuid, String, String)> = on_db!(self, c => sqlx::query_as(SEVERAL)
                .bind(low).bind(high).bind(limit * REFS_OF_AN_ORDER).fetch_all(c).await)?;
            let mut cases: BTreeMap<CaseId, Vec<Lead>> = BTreeMap::new();
            for (case, order, reference) in rows {
                let lead = Lead {
                    reference,
                    order,
                    named: true,
                };
                cases.entry(CaseId(case)).or_default().push(lead);
            }
            for (case, leads) in cases {
                if let Orders::Several(orders) = refs::choose(&leads, &[]) {
                    found.extend(orders.into_iter().map(|order| (order, Why::Several(case))));
                }
            }
            found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        }
        let left = limit - i64::try_from(found.len()).unwrap_or(limit);
        let rows: Vec<(String,)> = on_db!(self, c => sqlx::query_as(WAITING)
            .bind(low).bind(high).bind(after).bind(left).fetch_all(c).await)?;
        found.extend(rows.into_iter().map(|(order,)| (order, Why::NoCase)));
        let keys: Vec<String> = found.iter().map(|(order, _)| order.clone()).collect();
        let mut refs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (order, reference) in REFS.on::<(String, String)>(self, (low, high), &keys).await? {
            refs.entry(order).or_default().insert(reference);
        }
        let row = |(order, why)| Unmatched {
            refs: refs.get(&order).cloned().unwrap_or_default(),
            order,
            why,
        };
        Ok(found.into_iter().map(row).collect())
    }
}

impl UnitOfWork {
    /// Keeps what a person says of an order and a case.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn say_join(
        &mut self,
        (case, client): (CaseId, ClientId),
        said: &Said,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(SAY).bind(case.0).bind(&said.order).bind(client.0).bind(said.joined)
            .bind(by).bind(now).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// From a client's first fact on, references lead from its orders to its cases: those of the cases that are there
    /// already are filled in now. Before that nothing could be found by them, and a first sync need not write them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lead_to_cases(&mut self, client: ClientId) -> Result<()> {
        let sql = FIRST.of(&self.tx);
        let first: Option<(Uuid,)> =
            on_tx!(&mut self.tx, c => sqlx::query_as(sql).bind(client.0).fetch_optional(&mut *c).await)?;
        if first.is_some() {
            let fill = FILL.of(&self.tx);
            on_tx!(&mut self.tx, c => sqlx::query(NOW_TELLS).bind(client.0).execute(&mut *c).await.map(|_| ()))?;
            on_tx!(&mut self.tx, c => sqlx::query(fill).bind(client.0).execute(&mut *c).await.map(|_| ()))?;
        }
        Ok(())
    }

    async fn tells(&mut self, client: ClientId) -> Result<bool> {
        let sql = TELLS.of(&self.tx);
        let row: Option<(bool,)> =
            on_tx!(&mut self.tx, c => sqlx::query_as(sql).bind(client.0).fetch_optional(&mut *c).await)?;
        Ok(row.is_some_and(|(told,)| told))
    }

    /// Keeps the references of cases that are new or name others than before, if their client's files tell anything. Gives
    /// the cases that orders may be found for now.
    pub(crate) async fn write_case_refs(&mut self, changes: &[Change]) -> Result<Vec<CaseId>> {
        let mut moved: BTreeMap<ClientId, Vec<&Change>> = BTreeMap::new();
        for change in changes {
            let case = &change.transition.case;
            let before = change.before.as_ref().map(|b| &b.case.facts.order_refs);
            if before != Some(&case.facts.order_refs) {
                moved.entry(case.client).or_default().push(change);
            }
        }
        let mut led = Vec::new();
        for (client, changes) in moved {
            if self.tells(client).await? {
                self.write_refs_of(client, &changes).await?;
                led.extend(changes.iter().map(|change| change.transition.case.id));
                continue;
            }
            // Those of new cases are filled in behind the sync (`cases/search.rs`); what changes later is rare.
            let changed: Vec<&Change> = changes.into_iter().filter(|c| c.before.is_some()).collect();
            if !changed.is_empty() {
                self.write_refs_of(client, &changed).await?;
            }
        }
        Ok(led)
    }

    async fn write_refs_of(&mut self, client: ClientId, changes: &[&Change]) -> Result<()> {
        let mut rows: Vec<(String, Uuid)> = Vec::new();
        for change in changes {
            let case = &change.transition.case;
            let before = change.before.as_ref().map(|b| &b.case);
            let (new, old) = (refs_of(case), before.map(refs_of).unwrap_or_default());
            for gone in old.difference(&new) {
                on_tx!(&mut self.tx, c => sqlx::query(FORGET).bind(gone).bind(client.0).bind(case.id.0)
                    .execute(&mut *c).await.map(|_| ()))?;
            }
            rows.extend(new.difference(&old).map(|r| (r.clone(), case.id.0)));
        }
        write_rows!(
            &mut self.tx,
            "INSERT INTO case_refs (ref, client_id, case_id)",
            "ON CONFLICT (ref, client_id, case_id) DO NOTHING",
            &rows,
            |row| [row.0.as_str(), client.0, row.1]
        );
        Ok(())
    }
}
