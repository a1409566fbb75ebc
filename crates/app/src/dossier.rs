//! What is known of the purchase behind a case: the platform's bodies and the client's files, joined.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use docket_connector::Bodies;
use docket_core::case::Case;
use docket_core::dossier::{Dossier, Known, Policy, factors};
use docket_core::factor::FactorKind;
use docket_core::factor::goods::span_before;
use docket_core::id::{CaseId, ClientId};
use docket_store::{ClientScope, FactorRow, Setting, UnitOfWork};
use serde::Serialize;

use crate::Desk;
use crate::error::Result;

/// Earlier readings of an order that are looked through for a policy of before.
const EARLIER: i64 = 20;

/// A dossier, and which orders of the client's files are in it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CaseDossier {
    /// What is known.
    #[serde(flatten)]
    pub facts: Dossier,
    /// Keys of the orders whose facts from files are in it.
    pub joined_orders: Vec<String>,
    /// Orders that all fit, and of which none is in it until somebody says which (`docket import join`).
    pub several_orders: Vec<String>,
    /// The dispute as it was last read, as the platform wrote it.
    #[serde(skip)]
    pub dispute: Option<Vec<u8>>,
}

/// Of the policies of each kind the one that was in force on that day; of several, the one that began last. What began
/// later, or ended before, does not count (`domain.md` A35).
fn in_force(policies: &mut Vec<Known<Policy>>, day: Option<NaiveDate>) {
    policies.retain(|known| day.is_some_and(|day| known.fact.in_force(day)));
    policies.sort_by_key(|known| (known.fact.kind, std::cmp::Reverse(known.fact.from)));
    // A platform that knows dates only does not replace the text that the client gave.
    let texts: Vec<_> = policies
        .iter()
        .filter(|known| !known.fact.text.is_empty())
        .map(|known| known.fact.kind)
        .collect();
    policies.retain(|known| !known.fact.text.is_empty() || !texts.contains(&known.fact.kind));
    policies.dedup_by_key(|known| known.fact.kind);
}

impl Desk {
    /// Everything known of the purchase behind a case in scope.
    ///
    /// # Errors
    /// When there is no such case, or the database fails.
    pub async fn dossier(&self, scope: ClientScope, id: CaseId) -> Result<CaseDossier> {
        let stored = self.case(scope, id).await?;
        self.dossier_of(&stored.case).await
    }

    pub(crate) async fn dossier_of(&self, case: &Case) -> Result<CaseDossier> {
        let own = ClientScope::One(case.client);
        let dispute = self.db.newest_body(own, case.id).await?;
        let order = self.db.order_body(own, case.id).await?;
        let bodies = Bodies {
            dispute: dispute.as_ref().map(|(at, body)| (*at, body.as_slice())),
            order: order.as_ref().map(|(at, body)| (*at, body.as_slice())),
        };
        // A platform that this program no longer speaks with says nothing; the files still do.
        let driver = self.connectors.driver(case.platform).ok();
        let mut facts = driver.map_or_else(Dossier::default, |driver| (driver.dossier)(&bodies));
        let joined = self.db.joined_orders(case).await?;
        for (fact, from) in self.db.told(own, &joined.keys).await? {
            facts.add(fact, from);
        }
        for (fact, from) in self.db.policies(case.client).await? {
            facts.add(fact, from);
        }
        let day = facts.ordered_at().map(|at| at.date_naive());
        // A platform tells a policy as it is now: one that was changed since the order was read before, as it was then.
        let changed = facts
            .policies
            .iter()
            .any(|known| day.is_some_and(|day| day < known.fact.from));
        if let Some(driver) = driver.filter(|_| changed) {
            let earlier = self.db.earlier_order_bodies(own, case.id, EARLIER).await?;
            for (at, body) in &earlier {
                let bodies = Bodies {
                    dispute: None,
                    order: Some((*at, body.as_slice())),
                };
                facts.policies.extend((driver.dossier)(&bodies).policies);
            }
        }
        in_force(&mut facts.policies, day);
        Ok(CaseDossier {
            facts,
            joined_orders: joined.keys,
            several_orders: joined.several,
            dispute: dispute.map(|(_, body)| body),
        })
    }
}

/// Of the settings that anybody knows, those that stand as they should, in percent; none where nobody knows one.
fn score(settings: &[Setting]) -> Option<usize> {
    let of = |value: &str| settings.iter().filter(|s| s.value == value).count();
    let (yes, no) = (of("yes"), of("no"));
    (yes * 100).checked_div(yes + no)
}

/// With one decimal, rounded down; none where nothing was sold as far as files tell.
fn per_thousand(complaints: i64, sold: i64) -> Option<String> {
    let tenths = complaints.checked_mul(10_000)?.checked_div(sold)?;
    Some(format!("{}.{}", tenths / 10, tenths % 10))
}

impl Desk {
    /// Records anew what follows from the dossiers of these cases. Asked for after an import, after an order was read, when
    /// a case names an order that is known, and when an order was joined or taken off.
    pub(crate) async fn derive(
        &self,
        client: ClientId,
        cases: impl IntoIterator<Item = CaseId>,
    ) -> Result<()> {
        let mut derived = Vec::new();
        for id in cases {
            let Some(stored) = self.db.case(ClientScope::One(client), id).await? else {
                continue;
            };
            let dossier = self.dossier_of(&stored.case).await?.facts;
            let skus = dossier.lines.iter().filter_map(|known| known.fact.sku.clone());
            let skus: BTreeSet<String> = skus.collect();
            let parcels = dossier
                .shipments
                .iter()
                .filter_map(|known| known.fact.number.clone());
            let parcels: BTreeSet<String> = parcels.collect();
            derived.push((id, factors(&dossier, stored.case.facts.opened_at), skus, parcels));
        }
        if derived.is_empty() {
            return Ok(());
        }
        let mut unit = UnitOfWork::begin(&self.db).await?;
        for (id, factors, skus, parcels) in &derived {
            unit.keep_dossier_factors((*id, client), factors, skus, self.env.now())
                .await?;
            unit.keep_parcels((*id, client), parcels.iter().map(String::as_str))
                .await?;
        }
        unit.commit().await?;
        Ok(())
    }

    /// The recorded factors of a case, and what is counted when asked for: complaints of the same goods before it was opened,
    /// and how the account's settings stood then.
    pub(crate) async fn factors_of(&self, case: &Case, settings: &[Setting]) -> Result<Vec<FactorRow>> {
        let own = ClientScope::One(case.client);
        let mut factors = self.db.factors(own, case.id).await?;
        let goods = factors.iter().any(|f| f.kind == FactorKind::ProductSku.as_str());
        let opened = case.facts.opened_at;
        let mut count = |kind: FactorKind, source: &str, value: String| {
            factors.push(FactorRow {
                kind: kind.to_string(),
                source: format!("docket:{source}"),
                value,
                as_of: opened,
                recorded_at: self.env.now(),
                known: "opening".to_owned(),
            });
        };
        if let Some(score) = score(settings) {
            count(FactorKind::SettingsScore, "settings in force", score.to_string());
        }
        if goods {
            let span = span_before(opened);
            let complaints = self.db.sku_complaints(case.client, case.id, span).await?;
            count(
                FactorKind::SkuComplaints,
                "cases of the same goods",
                complaints.to_string(),
            );
            let sold = self.db.units_sold(case.client, case.id, span).await?;
            if let Some(rate) = per_thousand(complaints, sold) {
                let source = format!("{complaints} cases of {sold} units of the same goods");
                count(FactorKind::SkuComplaintRate, &source, rate);
            }
        }
        Ok(factors)
    }
}

#[cfg(test)]
mod tests {
    use docket_core::dossier::{PolicyKind, Provenance};

    use super::*;

    fn policy(kind: PolicyKind, from: &str, until: Option<&str>, text: &str) -> Known<Policy> {
        let fact = Policy {
            kind,
            title: None,
            text: text.to_owned(),
            url: None,
            from: from.parse().unwrap(),
            until: until.map(|day| day.parse().unwrap()),
        };
        let from = Provenance {
            by: "ada".to_owned(),
            at: chrono::DateTime::UNIX_EPOCH,
            place: "policies.csv:2".to_owned(),
        };
        Known { fact, from }
    }

    #[test]
    fn shares_are_of_what_is_known() {
        let setting = |value: &str| Setting {
            item: "tracking".to_owned(),
            value: value.to_owned(),
            source: "person".to_owned(),
            note: None,
            valid_from: chrono::DateTime::UNIX_EPOCH,
            recorded_at: chrono::DateTime::UNIX_EPOCH,
            recorded_by: "ada".to_owned(),
        };
        let of = |values: &[&str]| score(&values.iter().map(|v| setting(v)).collect::<Vec<_>>());
        assert_eq!(of(&["yes", "yes", "no", "unknown"]), Some(66));
        assert_eq!((of(&["unknown"]), of(&[])), (None, None));
        assert_eq!(per_thousand(3, 800).as_deref(), Some("3.7"));
        assert_eq!(
            (per_thousand(0, 5).as_deref(), per_thousand(2, 0)),
            (Some("0.0"), None)
        );
    }

    #[test]
    fn the_policy_of_the_day_of_the_order_counts() {
        let all = vec![
            policy(PolicyKind::Refund, "2025-01-01", None, "first"),
            policy(PolicyKind::Refund, "2026-01-01", None, "second"),
            policy(PolicyKind::Refund, "2026-03-01", None, "later"),
            policy(PolicyKind::Refund, "2026-01-20", None, ""),
            policy(
                PolicyKind::Shipping,
                "2025-01-01",
                Some("2026-01-31"),
                "ended before",
            ),
            policy(PolicyKind::Terms, "2026-02-01", Some("2026-02-01"), "that day"),
        ];
        let on = |day: Option<&str>| {
            let mut policies = all.clone();
            in_force(&mut policies, day.map(|day| day.parse().unwrap()));
            policies
                .into_iter()
                .map(|known| known.fact.text)
                .collect::<Vec<_>>()
        };
        assert_eq!(on(Some("2026-02-01")), ["second", "that day"]);
        assert_eq!(on(Some("2026-01-31")), ["second", "ended before"]);
        assert!(
            on(None).is_empty(),
            "without the day of the order none is guessed"
        );
    }
}
