//! Units sold, by goods and day: what complaints of the same goods are held against (`domain.md` E1).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use docket_core::dossier::{Fact, FactKind};
use docket_core::id::{CaseId, ClientId};

use crate::bulk::{Pair, write_rows};
use crate::unit::UnitOfWork;
use crate::{ClientScope, Db, Error, Result, on_db};

/// Every version, the newest of each fact last.
const TOLD: Pair = Pair(
    "SELECT order_key, kind, item_key, fact FROM facts WHERE client_id BETWEEN $1 AND $2 AND kind IN ('order', 'line') \
     AND order_key IN (SELECT value FROM json_each($3)) ORDER BY version",
    "SELECT order_key, kind, item_key, fact FROM facts WHERE client_id BETWEEN $1 AND $2 AND kind IN ('order', 'line') \
     AND order_key = ANY($3) ORDER BY version",
);
const FORGET: Pair = Pair(
    "DELETE FROM sold WHERE client_id BETWEEN $1 AND $2 AND order_key IN (SELECT value FROM json_each($3)) RETURNING sold_at",
    "DELETE FROM sold WHERE client_id BETWEEN $1 AND $2 AND order_key = ANY($3) RETURNING sold_at",
);
/// A case may be about several goods, and each order line counts once.
const UNITS: &str = "SELECT CAST(coalesce(sum(s.units), 0) AS BIGINT) FROM case_skus o JOIN sold s ON s.sku = o.sku \
    AND s.client_id = o.client_id WHERE o.case_id = $3 AND o.client_id BETWEEN $1 AND $2 AND s.sold_at >= $4 AND s.sold_at < $5";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[UNITS];
#[cfg(feature = "testing")]
pub(crate) const PAIRS: &[Pair] = &[TOLD, FORGET];

struct Sale {
    sku: String,
    sold_at: DateTime<Utc>,
    order: String,
    item: String,
    units: i64,
}

/// Of each order the lines, with the instant at which it was placed; an order of which no file tells it sold nothing yet.
fn sales(rows: Vec<(String, String, String, String)>) -> Result<Vec<Sale>> {
    let mut placed: BTreeMap<String, DateTime<Utc>> = BTreeMap::new();
    let mut lines = BTreeMap::new();
    for (order, kind, item, json) in rows {
        let kind: FactKind = kind.parse().map_err(|e| Error::damaged("facts", e))?;
        match Fact::from_json(kind, &json).map_err(|e| Error::damaged("facts", e))? {
            Fact::Order(fact) => {
                placed.insert(order, fact.placed_at);
            }
            Fact::Line(line) => {
                lines.insert((order, item), line);
            }
            Fact::Shipment(_)
            | Fact::Scan(_)
            | Fact::Refund(_)
            | Fact::Return(_)
            | Fact::Message(_)
            | Fact::Policy(_) => {}
        }
    }
    let sale = |((order, item), line): ((String, String), docket_core::dossier::Line)| {
        Some(Sale {
            sku: line.sku?,
            sold_at: *placed.get(&order)?,
            order,
            item,
            units: i64::try_from(line.quantity).unwrap_or(i64::MAX),
        })
    };
    Ok(lines.into_iter().filter_map(sale).collect())
}

impl UnitOfWork {
    /// Writes anew what these orders sold.
    pub(crate) async fn renew_sales(&mut self, client: ClientId, orders: BTreeSet<String>) -> Result<()> {
        let orders: Vec<String> = orders.into_iter().collect();
        if orders.is_empty() {
            return Ok(());
        }
        let own = ClientScope::One(client).range();
        let told = TOLD.on_tx(&mut self.tx, own, &orders).await?;
        let forgotten: Vec<(DateTime<Utc>,)> = FORGET.on_tx(&mut self.tx, own, &orders).await?;
        let sales = sales(told)?;
        let days = forgotten
            .iter()
            .map(|(at,)| *at)
            .chain(sales.iter().map(|sale| sale.sold_at));
        self.sales_changed(client, days.map(|at| at.date_naive())).await?;
        write_rows!(
            &mut self.tx,
            "INSERT INTO sold (sku, client_id, sold_at, order_key, item_key, units)",
            "",
            &sales,
            |row| [
                row.sku.as_str(),
                client.0,
                row.sold_at,
                row.order.as_str(),
                row.item.as_str(),
                row.units
            ]
        );
        Ok(())
    }
}

impl Db {
    /// Units of a case's goods that the client's files say were sold within a span of time; zero where nobody knows what
    /// goods it is about, or no file tells of their sales.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn units_sold(
        &self,
        client: ClientId,
        case: CaseId,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<i64> {
        let (low, high) = ClientScope::One(client).range();
        let (units,): (i64,) = on_db!(self, c => sqlx::query_as(UNITS).bind(low).bind(high).bind(case.0)
            .bind(from).bind(to).fetch_one(c).await)?;
        Ok(units)
    }
}
