//! What is to be refunded (`domain.md` A41 and A42): the goods that came back with their share of the shipping, or the
//! whole order where it was cancelled, less what was refunded before.

use std::collections::BTreeMap;

use crate::dossier::{Dossier, Line};
use crate::money::{Currency, Money};
use crate::sentence;
use crate::sentence::Sentence;

/// Why money is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// Goods came back.
    Returns,
    /// The order was cancelled, so nothing of it is to be paid for.
    Cancelled,
}

impl Ground {
    /// Its name in a sentence.
    pub fn sentence(self) -> Sentence {
        match self {
            Self::Returns => sentence!("the returns that arrived"),
            Self::Cancelled => sentence!("the order's cancellation"),
        }
    }
}

/// How an expected refund is reckoned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// Why it is owed.
    pub ground: Ground,
    /// Goods and shipping together.
    pub owed: Money,
    /// The goods that came back or were cancelled, at what was paid for them: with their share of the order's discounts and taxes.
    pub goods: Money,
    /// Their share of the shipping: all of it where everything came back.
    pub shipping: Money,
    /// What was refunded already.
    pub refunded: Money,
    /// What is still due; never below zero.
    pub due: Money,
}

/// What is due, where the order's lines and total tell it; none where they do not, where several orders are told of, or where
/// nothing is known to be back.
pub fn expected(dossier: &Dossier) -> Option<Expected> {
    let order = dossier.orders.iter().find(|order| order.fact.total.is_some())?;
    let total = order.fact.total?;
    let currency = total.currency;
    let money = |minor: i64| Money { minor, currency };
    if !dossier.of_one_order() {
        return None;
    }
    let mut all = 0_i64;
    let mut returned = 0_i64;
    for line in dossier.lines_once() {
        let amount = line.amount.filter(|amount| amount.currency == currency)?;
        all = all.checked_add(amount.minor)?;
        returned = returned.checked_add(came_back(dossier, line, amount.minor)?)?;
    }
    if all <= 0 {
        return None;
    }
    let cancelled = dossier
        .orders
        .iter()
        .any(|order| order.fact.cancelled_at.is_some());
    let ground = if cancelled {
        returned = all;
        Ground::Cancelled
    } else {
        Ground::Returns
    };
    if returned <= 0 {
        return None;
    }
    let charged = order
        .fact
        .shipping
        .filter(|shipping| shipping.currency == currency);
    let shipping = charged.map_or(0, |shipping| shipping.minor);
    // Rounded down to the minor unit: the last part of it is never claimed.
    let part = |of: i64| i64::try_from(i128::from(of) * i128::from(returned) / i128::from(all)).ok();
    let share = part(shipping)?;
    let returned = part(paid_for_goods(total.minor - shipping, all))?;
    let refunded = refunded(dossier, currency)?;
    // Never more than was paid.
    let owed = returned.checked_add(share)?.min(total.minor);
    let due = (owed - refunded).max(0);
    Some(Expected {
        ground,
        owed: money(owed),
        goods: money(returned),
        shipping: money(share),
        refunded: money(refunded),
        due: money(due),
    })
}

/// What was paid for all the goods together: what the order's total leaves for them, so that a discount or a tax of the whole
/// order is shared by its lines. Where it leaves more than the highest value added tax of the Union explains (27 %, Hungary;
/// Council Directive 2006/112/EC), not every line is told, and the lines' own amounts count.
fn paid_for_goods(left: i64, lines: i64) -> i64 {
    let most = i128::from(lines) * 127 / 100;
    if left > 0 && i128::from(left) <= most {
        left
    } else {
        lines
    }
}

/// What went back already, in minor units of that currency.
pub(super) fn refunded(dossier: &Dossier, currency: Currency) -> Option<i64> {
    let refunds = dossier.refunds_once().into_iter();
    let mut amounts = refunds
        .map(|refund| refund.amount)
        .filter(|a| a.currency == currency);
    amounts.try_fold(0_i64, |sum, amount| sum.checked_add(amount.minor))
}

/// The part of a line's price that arrived at the merchant again. Of two sources that tell of its return, the larger one counts.
fn came_back(dossier: &Dossier, line: &Line, amount: i64) -> Option<i64> {
    let Some(sku) = line.sku.as_deref() else {
        return Some(0);
    };
    let mut by_source: BTreeMap<&str, u64> = BTreeMap::new();
    for known in &dossier.returns {
        let back = &known.fact;
        if back.received_at.is_some() && back.sku.as_deref() == Some(sku) {
            let sum = by_source.entry(known.from.by.as_str()).or_default();
            *sum = sum.saturating_add(back.quantity.unwrap_or(line.quantity));
        }
    }
    let back = by_source.into_values().max().unwrap_or(0).min(line.quantity);
    let part = i128::from(amount) * i128::from(back) / i128::from(line.quantity.max(1));
    i64::try_from(part).ok()
}
