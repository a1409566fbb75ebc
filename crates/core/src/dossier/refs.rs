//! Which order belongs to which case: by the references that both name.

use std::collections::{BTreeMap, BTreeSet};

/// The one form in which references are compared: without space around it, without `#` before it, in small letters
/// (`#1001`, ` 1001` and `1001` are the same). None where nothing is left. Migration 0006 writes it in SQL too.
pub fn reference(text: &str) -> Option<String> {
    let bare = text.trim().trim_start_matches('#').trim();
    (!bare.is_empty()).then(|| bare.to_ascii_lowercase())
}

/// An order that a reference leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    /// The reference.
    pub reference: String,
    /// The order's key.
    pub order: String,
    /// Whether a file describes the order; else only parcels, refunds or messages go by this key.
    pub named: bool,
}

/// What a person said about one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The order's key.
    pub order: String,
    /// Whether it belongs to the case.
    pub joined: bool,
}

/// Which order the facts of a case are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Orders {
    /// These: one, unless a person joined several. None where nothing fits.
    These(BTreeSet<String>),
    /// Several fit, and nobody has said which.
    Several(BTreeSet<String>),
}

/// Chooses among the orders that a case's references lead to. A person's word counts first; of two orders that both fit
/// neither is taken, because a fact of the wrong order is worse than none; but one that fits by less of what another fits by
/// (the number alone, where the other has the transaction as well) gives way to it.
pub fn choose(leads: &[Lead], said: &[Said]) -> Orders {
    let of = |joined: bool| said.iter().filter(move |s| s.joined == joined).map(|s| &s.order);
    let (mine, apart): (BTreeSet<_>, BTreeSet<_>) = (of(true).cloned().collect(), of(false).collect());
    if !mine.is_empty() {
        return Orders::These(mine);
    }
    let mut fits: BTreeMap<&String, BTreeSet<&String>> = BTreeMap::new();
    for lead in leads
        .iter()
        .filter(|lead| lead.named && !apart.contains(&lead.order))
    {
        fits.entry(&lead.order).or_default().insert(&lead.reference);
    }
    let more = |refs: &BTreeSet<&String>| {
        fits.values()
            .any(|other| refs.len() < other.len() && refs.is_subset(other))
    };
    let named = fits.iter().filter(|(_, refs)| !more(refs));
    let named: BTreeSet<String> = named.map(|(order, _)| (*order).clone()).collect();
    if named.len() > 1 {
        Orders::Several(named)
    } else {
        Orders::These(named)
    }
}

/// Keys that only parcels, refunds or messages go by and that lead to none but the chosen orders: each is another of the
/// purchase's own references. `leads` are those of the case's and of the chosen orders' references.
pub fn bare(leads: &[Lead], said: &[Said], chosen: &BTreeSet<String>) -> BTreeSet<String> {
    let apart = |key: &str| said.iter().any(|s| s.order == key && !s.joined);
    let elsewhere = |key: &str| {
        leads
            .iter()
            .any(|lead| lead.reference == key && lead.named && !chosen.contains(&lead.order))
    };
    leads
        .iter()
        .filter(|lead| !lead.named && !apart(&lead.order) && !elsewhere(&lead.order))
        .map(|lead| lead.order.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lead(reference: &str, order: &str, named: bool) -> Lead {
        Lead {
            reference: reference.to_owned(),
            order: order.to_owned(),
            named,
        }
    }

    fn these(keys: &[&str]) -> BTreeSet<String> {
        keys.iter().map(|k| (*k).to_owned()).collect()
    }

    #[test]
    fn references_have_one_form() {
        for text in ["#1001", " 1001 ", "# 1001"] {
            assert_eq!(reference(text).as_deref(), Some("1001"), "{text}");
        }
        assert_eq!(reference("INV-Ä7").as_deref(), Some("inv-Ä7"));
        assert_eq!(reference(" # "), None);
    }

    #[test]
    fn two_orders_that_both_fit_wait_for_a_person() {
        let leads = [lead("t-1", "1001", true), lead("inv-7", "1002", true)];
        assert_eq!(choose(&leads, &[]), Orders::Several(these(&["1001", "1002"])));
        let word = |order: &str, joined| Said {
            order: order.to_owned(),
            joined,
        };
        assert_eq!(
            choose(&leads, &[word("1002", true)]),
            Orders::These(these(&["1002"]))
        );
        assert_eq!(
            choose(&leads, &[word("1002", false)]),
            Orders::These(these(&["1001"]))
        );
    }

    #[test]
    fn of_two_shops_with_the_same_numbers_the_one_that_fits_by_more_is_meant() {
        let mut leads = vec![
            lead("1001", "north/1001", true),
            lead("t-1", "north/1001", true),
            lead("1001", "south/1001", true),
        ];
        assert_eq!(choose(&leads, &[]), Orders::These(these(&["north/1001"])));
        leads.push(lead("inv-7", "south/1001", true));
        assert_eq!(
            choose(&leads, &[]),
            Orders::Several(these(&["north/1001", "south/1001"]))
        );
    }

    #[test]
    fn parcels_that_go_by_another_reference_of_the_order_belong_to_it() {
        let leads = [
            lead("1001", "1001", true),
            lead("t-1", "1001", true),
            lead("t-1", "t-1", false),
            lead("shared", "1001", true),
            lead("shared", "1002", true),
            lead("shared", "shared", false),
        ];
        assert_eq!(bare(&leads, &[], &these(&["1001"])), these(&["t-1"]));
    }
}
