//! What several sources tell, counted once: a platform and a client's file that both tell of an order tell of one purchase.

use std::collections::BTreeSet;

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
    pub fn purchases(&self) -> Vec<Vec<&Order>> {
        let mut all: Vec<(BTreeSet<String>, Vec<&Order>)> = Vec::new();
        for order in self.orders.iter().map(|known| &known.fact) {
            let names: BTreeSet<String> = order.names().collect();
            let shares = |(known, _): &(BTreeSet<String>, Vec<&Order>)| !known.is_disjoint(&names);
            let at = all.iter().position(shares).unwrap_or(all.len());
            // One that names what two others name unites them.
            let (same, mut others): (Vec<_>, Vec<_>) = all.into_iter().partition(shares);
            let mut whole = (BTreeSet::new(), Vec::new());
            for (known, told) in same {
                whole.0.extend(known);
                whole.1.extend(told);
            }
            whole.0.extend(names);
            whole.1.push(order);
            others.insert(at, whole);
            all = others;
        }
        all.into_iter().map(|(_, told)| told).collect()
    }

    /// The number by which the purchase of an order was told first.
    pub fn number_of<'a>(&'a self, order: &'a Order) -> &'a str {
        let purchase = self.purchases().into_iter();
        let mut own = purchase.filter(|told| told.iter().any(|one| std::ptr::eq(*one, order)));
        own.next()
            .and_then(|told| told.first().copied())
            .map_or(&order.number, |first| &first.number)
    }

    /// What was paid for its purchases in this currency, each once; none where no source tells it.
    pub fn paid(&self, currency: Currency) -> Option<Money> {
        let purchases = self.purchases().into_iter();
        let totals = purchases.filter_map(|told| {
            let mut totals = told.iter().filter_map(|order| order.total);
            totals.find(|total| total.currency == currency)
        });
        totals
            .map(|total| total.minor)
            .reduce(i64::saturating_add)
            .map(|minor| Money::new(minor, currency))
    }

    /// Whether all that is told of orders is of one.
    pub fn of_one_order(&self) -> bool {
        self.purchases().len() < 2
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

    fn told(orders: &[(&str, &[&str], i64)]) -> Dossier {
        let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let known = |(number, refs, minor): &(&str, &[&str], i64)| Known {
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
            },
            from: Provenance {
                by: "a file".to_owned(),
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
        let euros = "EUR".parse().unwrap();
        let one = told(&[("INV-1", &["TX-9"], 50_00), ("SHOP-7", &["tx-9"], 50_00)]);
        assert!(one.of_one_order());
        assert_eq!(one.paid(euros), Some(Money::new(50_00, euros)));
        assert_eq!(one.number_of(&one.orders[1].fact), "INV-1");
        let two = told(&[("INV-1", &["TX-9"], 50_00), ("INV-2", &["TX-8"], 30_00)]);
        assert!(!two.of_one_order());
        assert_eq!(two.paid(euros), Some(Money::new(80_00, euros)));
        assert_eq!(two.number_of(&two.orders[1].fact), "INV-2");
        let united = told(&[("A", &[], 1), ("C", &[], 3), ("B", &["D"], 1), ("#a", &["b"], 1)]);
        let groups: Vec<usize> = united.purchases().iter().map(Vec::len).collect();
        assert_eq!(groups, [3, 1], "the last one names what two others are");
        assert_eq!(told(&[]).paid(euros), None);
    }
}
