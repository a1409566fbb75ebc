//! The facts that sentences can speak of, by group and name, already in the language's form. What nobody told is not
//! there, and what sources tell differently is not there either.

mod gather;
mod parcel;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use docket_core::dossier::Dossier;
use docket_core::money::Money;
use docket_core::words::Language;
use minijinja::Value;

use super::templates::Words;
use super::{Answer, Claim, day, money};

/// Every fact that a template may name. `exhibit.KIND` comes on top: the number of the first exhibit of that kind.
pub(super) const NAMES: &[(&str, &[&str])] = &[
    (
        "claim",
        &["dispute", "reason", "amount", "opened_on", "buyer_words"],
    ),
    ("answer", &["first", "appeal", "again"]),
    ("decision", &["on", "for_buyer", "in_part", "for_merchant"]),
    ("merchant", &["name"]),
    ("platform", &["name"]),
    (
        "order",
        &[
            "number",
            "placed_on",
            "promised_by",
            "total",
            "shipping",
            "ship_to",
            "cancelled_on",
            "equals_claim",
            "addresses_match",
        ],
    ),
    (
        "goods",
        &["list", "descriptions", "physical", "digital", "service"],
    ),
    (
        "delivery",
        &[
            "parcels",
            "carrier",
            "number",
            "url",
            "shipped_on",
            "date",
            "received_by",
            "in_time",
            "days_late",
        ],
    ),
    ("attempt", &["on"]),
    ("pickup", &["on"]),
    ("refund", &["total", "on", "id", "covers_claim", "before_dispute"]),
    ("return", &["asked_on", "received_on", "reason", "state"]),
    (
        "messages",
        &["count", "last_buyer_on", "last_merchant_on", "buyer_before_on"],
    ),
    ("refund_policy", &["title", "since"]),
    ("shipping_policy", &["title", "since"]),
    ("terms", &["title", "since"]),
    ("cancellation_policy", &["title", "since"]),
];

/// Facts by group and name.
pub(super) struct Facts {
    known: BTreeMap<&'static str, BTreeMap<String, Value>>,
    differ: BTreeSet<String>,
    language: Language,
}

impl Facts {
    pub(super) fn of(words: &Words, claim: &Claim, dossier: &Dossier, exhibits: &[&str]) -> Self {
        let mut facts = Self {
            known: BTreeMap::new(),
            differ: BTreeSet::new(),
            language: words.language(),
        };
        facts.set("claim", "dispute", Some(claim.dispute.clone()));
        facts.set("claim", "reason", Some(words.reason(claim.reason)));
        facts.set("claim", "buyer_words", claim.buyer_words.clone());
        facts.set_money("claim", "amount", claim.amount);
        facts.set_day("claim", "opened_on", claim.opened_at);
        facts.answer(claim.answer);
        facts.set("merchant", "name", Some(claim.merchant.clone()));
        facts.set("platform", "name", Some(claim.platform.title().to_owned()));
        facts.order(claim, dossier);
        facts.goods(dossier);
        facts.delivery(dossier);
        facts.refund(claim, dossier);
        facts.returned(dossier);
        facts.messages(dossier, claim.opened_at);
        facts.policies(dossier);
        for (number, kind) in (1..).zip(exhibits) {
            let group = facts.known.entry("exhibit").or_default();
            group
                .entry((*kind).to_owned())
                .or_insert_with(|| Value::from(number));
        }
        facts
    }

    /// All facts with made-up values: what a template is tried with when it is loaded.
    pub(super) fn made_up(language: Language) -> Self {
        let named = |(group, names): &(&'static str, &[&str])| {
            let values = names.iter().map(|name| ((*name).to_owned(), Value::from("x")));
            (*group, values.collect())
        };
        let known: BTreeMap<_, BTreeMap<_, _>> = NAMES.iter().map(named).collect();
        Self {
            known,
            differ: BTreeSet::new(),
            language,
        }
    }

    pub(super) fn get(&self, path: &str) -> Option<&Value> {
        let (group, name) = path.split_once('.')?;
        self.known.get(group)?.get(name)
    }

    pub(super) fn text(&self, group: &str, name: &str) -> Option<String> {
        self.known.get(group)?.get(name).map(Value::to_string)
    }

    pub(super) fn differs(&self, path: &str) -> bool {
        self.differ.contains(path)
    }

    /// For the template engine.
    pub(super) fn value(&self) -> Value {
        Value::from_pairs(
            self.known
                .iter()
                .map(|(group, facts)| (*group, Value::from_pairs(facts.clone()))),
        )
    }

    pub(super) fn pretend(&mut self, kind: &str) {
        let group = self.known.entry("exhibit").or_default();
        group.insert(kind.to_owned(), Value::from(1));
    }

    fn set<T: Into<Value>>(&mut self, group: &'static str, name: &str, fact: Option<T>) {
        if let Some(fact) = fact {
            self.known
                .entry(group)
                .or_default()
                .insert(name.to_owned(), fact.into());
        }
    }

    fn flag(&mut self, group: &'static str, name: &str, holds: bool) {
        self.set(group, name, holds.then_some(true));
    }

    fn set_day(&mut self, group: &'static str, name: &str, at: Option<DateTime<Utc>>) {
        let language = self.language;
        self.set(group, name, at.map(|at| day(language, at.date_naive())));
    }

    fn set_money(&mut self, group: &'static str, name: &str, amount: Option<Money>) {
        let language = self.language;
        self.set(group, name, amount.map(|amount| money(language, amount)));
    }

    /// The one value that all who tell it tell; where they differ, none.
    fn agreed<T: PartialEq>(&mut self, group: &str, name: &str, told: impl Iterator<Item = T>) -> Option<T> {
        let mut told = told;
        let first = told.next()?;
        if told.all(|other| other == first) {
            return Some(first);
        }
        self.differ.insert(format!("{group}.{name}"));
        None
    }
}
