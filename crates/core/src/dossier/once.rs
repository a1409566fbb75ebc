//! What several sources tell, counted once: a platform and a client's file that both tell of an order tell of one purchase.

use std::collections::{BTreeMap, BTreeSet};

use super::refs::reference;
use super::{Dossier, Known, Line, Order, Refund};
use crate::money::{Currency, Money};

impl Dossier {
    /// The goods of the purchase, as one source tells them: the first that tells a price for every line, else the first. Lines of
    /// two sources are never added.
    pub fn lines_once(&self) -> Vec<&Line> {
        let of = |by: &str| -> Vec<&Line> {
            let told = self.lines.iter().filter(|known| known.from.by == by);
            told.map(|known| &known.fact).collect()
        };
        let sources = || self.lines.iter().map(|known| known.from.by.as_str());
        let priced = |by: &&str| of(by).iter().all(|line| line.amount.is_some());
        let best = sources().find(priced).or_else(|| sources().next());
        best.map(of).unwrap_or_default()
    }

    /// Money that went back: what has the same id, or is the same amount on the same day told by another source, is one refund.
    pub fn refunds_once(&self) -> Vec<&Refund> {
        let mut once: Vec<&Known<Refund>> = Vec::new();
        for known in &self.refunds {
            let again = |other: &&Known<Refund>| match (&known.fact.id, &other.fact.id) {
                (Some(id), Some(of)) if id == of => true,
                _ => {
                    known.from.by != other.from.by
                        && known.fact.amount == other.fact.amount
                        && known.fact.at.date_naive() == other.fact.at.date_naive()
                }
            };
            if !once.iter().any(again) {
                once.push(known);
            }
        }
        once.into_iter().map(|known| &known.fact).collect()
    }

    /// What went back to the buyer in this currency, each refund once.
    pub fn refunded(&self, currency: Currency) -> Money {
        let own = self.refunds_once().into_iter().map(|refund| refund.amount);
        let sum = own
            .filter(|amount| amount.currency == currency)
            .map(|amount| amount.minor);
        Money::new(sum.fold(0, i64::saturating_add), currency)
    }

    /// What is told of each purchase: sources that share a number, a transaction or another reference tell of one, by whatever number
    /// each of them calls it. In the order in which they were told.
    fn purchases(&self) -> Vec<Purchase<'_>> {
        let mut all: Vec<(BTreeSet<String>, Purchase<'_>)> = Vec::new();
        for known in &self.orders {
            let names: BTreeSet<String> = known.fact.names().collect();
            let shares = |(known, _): &(BTreeSet<String>, Purchase<'_>)| !known.is_disjoint(&names);
            let at = all.iter().position(shares).unwrap_or(all.len());
            // One that names what two others name unites them.
            let (same, mut others): (Vec<_>, Vec<_>) = all.into_iter().partition(shares);
            let mut whole = (BTreeSet::new(), Purchase(Vec::new()));
            for (known, told) in same {
                whole.0.extend(known);
                whole.1.0.extend(told.0);
            }
            whole.0.extend(names);
            whole.1.0.push(known);
            others.insert(at, whole);
            all = others;
        }
        all.into_iter().map(|(_, purchase)| purchase).collect()
    }

    /// The number by which an order was told first: where one source tells several that hang together, each has its own.
    pub fn number_of<'a>(&'a self, order: &'a Order) -> &'a str {
        let mut purchases = self.purchases().into_iter();
        let own = purchases.find(|purchase| {
            purchase
                .0
                .iter()
                .any(|known| std::ptr::eq(&raw const known.fact, order))
        });
        let first = own
            .filter(Purchase::is_one)
            .and_then(|purchase| purchase.0.first().copied());
        first.map_or(&order.number, |first| &first.fact.number)
    }

    /// What was paid for its purchases in this currency, each once; none where no source tells it.
    pub fn paid(&self, currency: Currency) -> Option<Money> {
        let purchases = self.purchases();
        let totals = purchases.iter().filter_map(|purchase| purchase.paid(currency));
        totals
            .reduce(i64::saturating_add)
            .map(|minor| Money::new(minor, currency))
    }

    /// Whether all that is told of orders is of one.
    pub fn of_one_order(&self) -> bool {
        let purchases = self.purchases();
        purchases.len() < 2 && purchases.iter().all(Purchase::is_one)
    }
}

/// What hangs together by references: one order, or several that one transaction paid or one reference names.
struct Purchase<'a>(Vec<&'a Known<Order>>);

impl Purchase<'_> {
    /// What each source tells: its orders, each number once.
    fn by_source(&self) -> BTreeMap<&str, BTreeMap<Option<String>, &Order>> {
        let mut all: BTreeMap<&str, BTreeMap<Option<String>, &Order>> = BTreeMap::new();
        for known in &self.0 {
            let of = all.entry(known.from.by.as_str()).or_default();
            of.entry(reference(&known.fact.number)).or_insert(&known.fact);
        }
        all
    }

    /// Whether no source tells of two orders.
    fn is_one(&self) -> bool {
        self.by_source().values().all(|orders| orders.len() < 2)
    }

    /// What was paid in all: of sources that tell more and less of it, the one that tells most.
    fn paid(&self, currency: Currency) -> Option<i64> {
        let sums = self.by_source().into_values().filter_map(|orders| {
            let totals = orders.values().filter_map(|order| order.total);
            let own = totals.filter(|total| total.currency == currency);
            own.map(|total| total.minor).reduce(i64::saturating_add)
        });
        sums.max()
    }
}

impl Order {
    /// All by which it is named, in the form in which references are compared.
    fn names(&self) -> impl Iterator<Item = String> {
        let names = std::iter::once(&self.number).chain(&self.refs);
        names.filter_map(|name| reference(name))
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::dossier::Provenance;

    /// Orders, each with the source that tells it, its number, other references and total.
    fn told(orders: &[(&str, &str, &[&str], i64)]) -> Dossier {
        let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let known = |(by, number, refs, minor): &(&str, &str, &[&str], i64)| Known {
            fact: Order {
                number: (*number).to_owned(),
                refs: refs.iter().map(|name| (*name).to_owned()).collect(),
                placed_at: at,
                promised_by: None,
                total: Some(Money::new(*minor, "EUR".parse().unwrap())),
                shipping: None,
                goods: None,
                cancelled_at: None,
                ship_to: None,
                ship_country: None,
                addresses_match: None,
                buyer: Vec::new(),
            },
            from: Provenance {
                by: (*by).to_owned(),
                at,
                place: "orders.csv:2".to_owned(),
            },
        };
        Dossier {
            orders: orders.iter().map(known).collect(),
            ..Dossier::default()
        }
    }

    #[test]
    fn a_platform_and_a_shop_that_call_one_order_differently_tell_of_one_purchase() {
        let euros = |minor| Some(Money::new(minor, "EUR".parse().unwrap()));
        let paid = |dossier: &Dossier| dossier.paid("EUR".parse().unwrap());
        let one = told(&[
            ("paypal", "INV-1", &["TX-9"], 50_00),
            ("ada", "SHOP-7", &["tx-9"], 50_00),
        ]);
        assert!(one.of_one_order());
        assert_eq!(paid(&one), euros(50_00));
        assert_eq!(one.number_of(&one.orders[1].fact), "INV-1");
        let two = told(&[
            ("paypal", "INV-1", &["TX-9"], 50_00),
            ("paypal", "INV-2", &["TX-8"], 30_00),
        ]);
        assert!(!two.of_one_order());
        assert_eq!(paid(&two), euros(80_00));
        assert_eq!(two.number_of(&two.orders[1].fact), "INV-2");
        let twice = told(&[("ada", "#7", &[], 50_00), ("ada", "7", &[], 50_00)]);
        assert!(twice.of_one_order());
        assert_eq!(paid(&twice), euros(50_00));
        assert_eq!(paid(&told(&[])), None);
    }

    #[test]
    fn two_orders_of_one_source_stay_two_whatever_reference_they_share() {
        let euros = |minor| Some(Money::new(minor, "EUR".parse().unwrap()));
        let shared = told(&[
            ("ada", "A", &["CUSTOMER-1"], 50_00),
            ("ada", "B", &["CUSTOMER-1"], 30_00),
        ]);
        assert!(!shared.of_one_order());
        assert_eq!(shared.paid("EUR".parse().unwrap()), euros(80_00));
        assert_eq!(shared.number_of(&shared.orders[1].fact), "B");
        // One transaction that paid both: the platform's total and the shop's are of the same money.
        let whole = told(&[
            ("ada", "A", &["TX"], 50_00),
            ("ada", "B", &["TX"], 30_00),
            ("paypal", "TX", &[], 80_00),
        ]);
        assert_eq!(whole.paid("EUR".parse().unwrap()), euros(80_00));
        assert!(!whole.of_one_order());
    }
}
