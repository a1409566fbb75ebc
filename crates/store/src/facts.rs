//! Facts that files tell: each version once, the highest one counts.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use docket_core::chain::digest;
use docket_core::dossier::{Fact, FactKind, Provenance};
use docket_core::id::ClientId;

use crate::bulk::{Pair, write_rows};
use crate::unit::UnitOfWork;
use crate::{ClientScope, Db, Error, Result, on_tx};

// Every version: an order has few.
const HELD: Pair = Pair(
    "SELECT order_key, kind, item_key, version, content, fact FROM facts \
     WHERE client_id BETWEEN $1 AND $2 AND order_key IN (SELECT value FROM json_each($3))",
    "SELECT f.* FROM unnest($3::text[]) AS wanted (key) CROSS JOIN LATERAL \
     (SELECT order_key, kind, item_key, version, content, fact FROM facts \
     WHERE client_id BETWEEN $1 AND $2 AND order_key = wanted.key OFFSET 0) AS f",
);
const TOLD: Pair = Pair(
    "SELECT kind, item_key, version, fact, told_by, told_at, place FROM facts WHERE client_id BETWEEN $1 AND $2 \
     AND order_key IN (SELECT value FROM json_each($3)) ORDER BY order_key, kind, item_key, version",
    "SELECT kind, item_key, version, fact, told_by, told_at, place FROM facts WHERE client_id BETWEEN $1 AND $2 \
     AND order_key = ANY($3) ORDER BY order_key, kind COLLATE \"C\", item_key COLLATE \"C\", version",
);
const FORGET_REFS: &str = "DELETE FROM order_refs WHERE order_key = $1 AND client_id = $2";
const FORGET_BUYERS: &str = "DELETE FROM order_buyers WHERE order_key = $1 AND client_id = $2";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[FORGET_REFS, FORGET_BUYERS];
#[cfg(feature = "testing")]
pub(crate) const PAIRS: &[Pair] = &[HELD, TOLD];

/// A fact that a file tells.
#[derive(Debug, Clone)]
pub struct NewFact {
    /// The order's reference in the one form that references are compared in; not used for policies.
    pub order: String,
    /// What tells it from others of its kind in the same order: a tracking number, a refund's id.
    pub item: String,
    /// The fact.
    pub fact: Fact,
    /// The file and the line.
    pub place: String,
}

/// What facts do to what is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Told {
    /// Nobody told them before.
    pub new: u64,
    /// They correct what was told before.
    pub changed: u64,
    /// They were told before just so.
    pub unchanged: u64,
}

/// A fact compared with what is held.
struct Version<'a> {
    new: &'a NewFact,
    /// With what was said before where the new one says nothing.
    fact: Fact,
    key: String,
    json: String,
    content: [u8; 32],
    number: i64,
}

type HeldRow = (String, String, String, i64, Vec<u8>, String);
/// The number of a fact's newest version, its digest and its JSON.
type Newest = (i64, Vec<u8>, String);
type FactRow = (String, String, i64, String, String, DateTime<Utc>, String);

/// Policies belong to no order: they lie under their client's id.
fn key(client: ClientId, fact: &NewFact) -> String {
    match fact.fact.kind() {
        FactKind::Policy => client.to_string(),
        FactKind::Order
        | FactKind::Line
        | FactKind::Shipment
        | FactKind::Scan
        | FactKind::Refund
        | FactKind::Return
        | FactKind::Message => fact.order.clone(),
    }
}

fn keys(client: ClientId, facts: &[NewFact]) -> Vec<String> {
    let all: BTreeSet<String> = facts.iter().map(|fact| key(client, fact)).collect();
    all.into_iter().collect()
}

/// What is new or changed, as the version that it becomes.
fn compare(client: ClientId, facts: &[NewFact], held: Vec<HeldRow>) -> Result<(Vec<Version<'_>>, Told)> {
    let mut newest: BTreeMap<(String, String, String), Newest> = BTreeMap::new();
    for (order, kind, item, version, content, fact) in held {
        let one = newest.entry((order, kind, item)).or_default();
        if version > one.0 {
            *one = (version, content, fact);
        }
    }
    let (mut versions, mut told) = (Vec::new(), Told::default());
    for new in facts {
        let key = key(client, new);
        let at = (key.clone(), new.fact.kind().as_str().to_owned(), new.item.clone());
        let known = newest.get(&at);
        let fact = match known {
            Some((.., before)) => new
                .fact
                .filled_from(before)
                .map_err(|e| Error::damaged("facts", e))?,
            None => new.fact.clone(),
        };
        let json = fact.to_json();
        let content = digest(&json);
        let number = match known {
            Some((_, known, _)) if known[..] == content[..] => {
                told.unchanged += 1;
                continue;
            }
            Some((version, ..)) => {
                told.changed += 1;
                version + 1
            }
            None => {
                told.new += 1;
                1
            }
        };
        newest.insert(at, (number, content.to_vec(), json.clone()));
        versions.push(Version {
            new,
            fact,
            key,
            json,
            content,
            number,
        });
    }
    Ok((versions, told))
}

/// The references of an order, its key among them.
pub(crate) fn references(key: &str, fact: &Fact) -> BTreeSet<String> {
    let mut refs = BTreeSet::from([key.to_owned()]);
    if let Fact::Order(order) = fact {
        let all = order.refs.iter().chain([&order.number]);
        refs.extend(all.filter_map(|text| docket_core::dossier::refs::reference(text)));
    }
    refs
}

impl Db {
    /// What these facts would do, without storing them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn would_tell(&self, client: ClientId, facts: &[NewFact]) -> Result<Told> {
        let held = HELD
            .on(self, ClientScope::One(client).range(), &keys(client, facts))
            .await?;
        Ok(compare(client, facts, held)?.1)
    }

    /// What files tell under these keys: of each fact the newest version, and where it comes from.
    ///
    /// # Errors
    /// When the database fails, or a stored fact cannot be read.
    pub async fn told(&self, scope: ClientScope, keys: &[String]) -> Result<Vec<(Fact, Provenance)>> {
        let rows: Vec<FactRow> = TOLD.on(self, scope.range(), keys).await?;
        let mut facts = Vec::new();
        for (at, (kind, item, version, json, by, told_at, place)) in rows.iter().enumerate() {
            // Versions of one fact stand together, the newest last; two orders' facts of one name are parted by version 1.
            let next = rows.get(at + 1);
            if next.is_some_and(|n| (&n.0, &n.1) == (kind, item) && n.2 > *version) {
                continue;
            }
            let kind: FactKind = kind.parse().map_err(|e| Error::damaged("facts", e))?;
            let fact = Fact::from_json(kind, json).map_err(|e| Error::damaged("facts", e))?;
            let from = Provenance {
                by: by.clone(),
                at: *told_at,
                place: place.clone(),
            };
            facts.push((fact, from));
        }
        Ok(facts)
    }

    /// The client's policies of all times.
    ///
    /// # Errors
    /// When the database fails, or a stored fact cannot be read.
    pub async fn policies(&self, client: ClientId) -> Result<Vec<(Fact, Provenance)>> {
        self.told(ClientScope::One(client), &[client.to_string()]).await
    }
}

impl UnitOfWork {
    /// Stores what is new or changed, with the references by which cases find it. What was told before stays.
    ///
    /// # Errors
    /// [`Error::Conflict`] when another file told the same facts at the same time: drop this unit, repeat.
    pub async fn tell(
        &mut self,
        client: ClientId,
        facts: &[NewFact],
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<Told> {
        self.lead_to_cases(client).await?;
        let held = HELD
            .on_tx(
                &mut self.tx,
                ClientScope::One(client).range(),
                &keys(client, facts),
            )
            .await?;
        let (versions, told) = compare(client, facts, held)?;
        write_rows!(
            &mut self.tx,
            "INSERT INTO facts (order_key, client_id, kind, item_key, version, content, fact, told_by, told_at, place)",
            "",
            &versions,
            |row| [
                row.key.as_str(),
                client.0,
                row.new.fact.kind().as_str(),
                row.new.item.as_str(),
                row.number,
                &row.content[..],
                row.json.as_str(),
                by,
                now,
                row.new.place.as_str()
            ]
        );
        self.write_order_refs(client, &versions).await?;
        self.write_order_buyers(client, &versions).await?;
        let sells =
            |version: &&Version<'_>| matches!(version.new.fact.kind(), FactKind::Order | FactKind::Line);
        let orders = versions.iter().filter(sells).map(|version| version.key.clone());
        self.renew_sales(client, orders.collect()).await?;
        Ok(told)
    }

    async fn write_order_buyers(&mut self, client: ClientId, versions: &[Version<'_>]) -> Result<()> {
        let mut rows: BTreeMap<&str, &[String]> = BTreeMap::new();
        for version in versions {
            let Fact::Order(order) = &version.fact else {
                continue;
            };
            if version.number > 1 {
                on_tx!(&mut self.tx, c => sqlx::query(FORGET_BUYERS).bind(&version.key).bind(client.0)
                    .execute(&mut *c).await.map(|_| ()))?;
            }
            rows.insert(&version.key, &order.buyer);
        }
        let rows: Vec<(&str, &String)> = rows
            .into_iter()
            .flat_map(|(key, prints)| prints.iter().map(move |print| (key, print)))
            .collect();
        write_rows!(
            &mut self.tx,
            "INSERT INTO order_buyers (print, client_id, order_key)",
            "ON CONFLICT DO NOTHING",
            &rows,
            |row| [row.1.as_str(), client.0, row.0]
        );
        Ok(())
    }

    async fn write_order_refs(&mut self, client: ClientId, versions: &[Version<'_>]) -> Result<()> {
        let mut rows: BTreeMap<(String, &str), bool> = BTreeMap::new();
        for version in versions {
            let (key, fact) = (version.key.as_str(), &version.fact);
            match fact.kind() {
                FactKind::Policy => {}
                FactKind::Order => {
                    if version.number > 1 {
                        // A reference that was corrected leads here no more.
                        on_tx!(&mut self.tx, c => sqlx::query(FORGET_REFS).bind(key).bind(client.0)
                            .execute(&mut *c).await.map(|_| ()))?;
                    }
                    rows.retain(|(_, order), _| *order != key);
                    rows.extend(references(key, fact).into_iter().map(|r| ((r, key), true)));
                }
                FactKind::Line
                | FactKind::Shipment
                | FactKind::Scan
                | FactKind::Refund
                | FactKind::Return
                | FactKind::Message => {
                    rows.entry((key.to_owned(), key)).or_insert(false);
                }
            }
        }
        for named in [true, false] {
            let some: Vec<_> = rows
                .iter()
                .filter(|(_, n)| **n == named)
                .map(|(r, _)| r)
                .collect();
            let tail = if named {
                "ON CONFLICT (ref, client_id, order_key) DO UPDATE SET named = excluded.named"
            } else {
                "ON CONFLICT (ref, client_id, order_key) DO NOTHING"
            };
            write_rows!(
                &mut self.tx,
                "INSERT INTO order_refs (ref, client_id, order_key, named)",
                tail,
                &some,
                |row| [row.0.as_str(), client.0, row.1, named]
            );
        }
        Ok(())
    }
}
