//! What is to be refunded (`domain.md` A41 and A42): the goods that came back with their share of the shipping, or the
//! whole order where it was cancelled, less what was refunded before.

use crate::dossier::Dossier;
use crate::money::Money;

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
    pub const fn words(self) -> &'static str {
        match self {
            Self::Returns => "the returns that arrived",
            Self::Cancelled => "the order's cancellation",
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
    /// The goods that came back or were cancelled, at what was charged for them after discounts.
    pub goods: Money,
    /// Their share of the shipping: all of it where everything came back.
    pub shipping: Money,
    /// What was refunded already.
    pub refunded: Money,
    /// What is still due; never below zero.
    pub due: Money,
}

/// What is due, where the order's lines and total tell it; none where they do not, or where nothing is known to be back.
pub fn expected(dossier: &Dossier) -> Option<Expected> {
    let order = dossier.orders.iter().find(|order| order.fact.total.is_some())?;
    let currency = order.fact.total?.currency;
    let money = |minor: i64| Money { minor, currency };
    let back: Vec<&str> = dossier
        .returns
        .iter()
        .filter(|known| known.fact.received_at.is_some())
        .filter_map(|known| known.fact.sku.as_deref())
        .collect();
    let mut all = 0_i64;
    let mut returned = 0_i64;
    for line in &dossier.lines {
        let amount = line.fact.amount.filter(|amount| amount.currency == currency)?;
        all = all.checked_add(amount.minor)?;
        if line.fact.sku.as_deref().is_some_and(|sku| back.contains(&sku)) {
            returned = returned.checked_add(amount.minor)?;
        }
    }
    if all <= 0 {
        return None;
    }
    let ground = if order.fact.cancelled_at.is_some() {
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
    let share = i64::try_from(i128::from(shipping) * i128::from(returned) / i128::from(all)).ok()?;
    let refunded = dossier
        .refunds
        .iter()
        .filter(|known| known.fact.amount.currency == currency)
        .try_fold(0_i64, |sum, known| sum.checked_add(known.fact.amount.minor))?;
    let owed = returned.checked_add(share)?;
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
