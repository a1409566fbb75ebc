//! What several sources tell, counted once: a platform and a client's file that both tell of an order tell of one purchase.

use std::collections::BTreeSet;

use super::refs::reference;
use super::{Dossier, Known, Line, Refund};
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

    /// What was paid for its orders in this currency, each order once; none where no source tells it.
    pub fn paid(&self, currency: Currency) -> Option<Money> {
        let mut seen = BTreeSet::new();
        let mut sum: Option<i64> = None;
        for order in self.orders.iter().map(|known| &known.fact) {
            let Some(total) = order.total.filter(|total| total.currency == currency) else {
                continue;
            };
            if seen.insert(reference(&order.number)) {
                sum = Some(sum.unwrap_or(0).saturating_add(total.minor));
            }
        }
        sum.map(|minor| Money::new(minor, currency))
    }

    /// Whether all that is told of orders is of one.
    pub fn of_one_order(&self) -> bool {
        let numbers = self.orders.iter().map(|known| reference(&known.fact.number));
        numbers.collect::<BTreeSet<_>>().len() < 2
    }
}
