//! The facts that sentences can speak of, by group and name, already in the language's form. What nobody told is not
//! there, and what sources tell differently is not there either.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use docket_core::dossier::{Dossier, Known, Movement, Policy, PolicyKind, Writer};
use docket_core::money::Money;
use docket_core::words::Language;
use minijinja::Value;

use super::templates::Words;
use super::{Claim, day, money};

/// Every fact that a template may name. `exhibit.KIND` comes on top: the number of the first exhibit of that kind.
pub(super) const NAMES: &[(&str, &[&str])] = &[
    (
        "claim",
        &["dispute", "reason", "amount", "opened_on", "buyer_words"],
    ),
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
    ("messages", &["count", "last_buyer_on", "last_merchant_on"]),
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
        facts.set("merchant", "name", Some(claim.merchant.clone()));
        facts.set("platform", "name", Some(claim.platform.title().to_owned()));
        facts.order(claim, dossier);
        facts.goods(dossier);
        facts.delivery(dossier);
        facts.refund(claim, dossier);
        facts.returned(dossier);
        facts.messages(dossier);
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

    fn order(&mut self, claim: &Claim, dossier: &Dossier) {
        let orders = || dossier.orders.iter().map(|known| &known.fact);
        let number = self.agreed("order", "number", orders().map(|order| order.number.clone()));
        self.set("order", "number", number);
        self.set_day("order", "placed_on", dossier.ordered_at());
        let promised = self.agreed(
            "order",
            "promised_by",
            orders().filter_map(|order| order.promised_by),
        );
        self.set_day("order", "promised_by", promised);
        let total = self.agreed("order", "total", orders().filter_map(|order| order.total));
        self.set_money("order", "total", total);
        self.flag("order", "equals_claim", total.is_some() && total == claim.amount);
        let shipping = self.agreed("order", "shipping", orders().filter_map(|order| order.shipping));
        self.set_money("order", "shipping", shipping);
        let address = self.agreed(
            "order",
            "ship_to",
            orders().filter_map(|order| order.ship_to.clone()),
        );
        self.set("order", "ship_to", address);
        let cancelled = self.agreed(
            "order",
            "cancelled_on",
            orders().filter_map(|order| order.cancelled_at),
        );
        self.set_day("order", "cancelled_on", cancelled);
        let goods = self.agreed("goods", "physical", orders().filter_map(|order| order.goods));
        if let Some(goods) = goods {
            self.flag("goods", goods.as_str(), true);
        }
    }

    fn goods(&mut self, dossier: &Dossier) {
        let mut named: Vec<String> = Vec::new();
        let mut described: Vec<String> = Vec::new();
        for line in dossier.lines.iter().map(|known| &known.fact) {
            let Some(title) = line.title.as_ref().or(line.sku.as_ref()) else {
                continue;
            };
            let one = format!("{}\u{a0}×\u{a0}{title}", line.quantity);
            // Two sources tell of the same line; a line is not bought twice by being told twice.
            if !named.contains(&one) {
                named.push(one);
            }
            if let Some(text) = &line.description {
                let words: Vec<&str> = text.split_whitespace().collect();
                let one = format!("{title}: {}", words.join(" ").trim_end_matches('.'));
                if !described.contains(&one) {
                    described.push(one);
                }
            }
        }
        self.set("goods", "list", (!named.is_empty()).then(|| named.join("; ")));
        self.set(
            "goods",
            "descriptions",
            (!described.is_empty()).then(|| described.join("; ")),
        );
    }

    fn delivery(&mut self, dossier: &Dossier) {
        let parcels = Parcel::all(dossier);
        let list: Vec<String> = parcels
            .iter()
            .map(Parcel::name)
            .filter(|name| !name.is_empty())
            .collect();
        self.set("delivery", "parcels", (!list.is_empty()).then(|| list.join("; ")));
        // Of several parcels, the last one counts, and only once all are told.
        let all = |of: fn(&Parcel) -> Option<DateTime<Utc>>| {
            let told: Option<Vec<DateTime<Utc>>> = parcels.iter().map(of).collect();
            told.and_then(|told| told.into_iter().max())
        };
        let delivered = all(|parcel| parcel.delivered_at);
        self.set_day("delivery", "shipped_on", all(|parcel| parcel.shipped_at));
        self.set_day("delivery", "date", delivered);
        if let [parcel] = &parcels[..] {
            self.set("delivery", "carrier", parcel.carrier.clone());
            self.set("delivery", "number", parcel.number.clone());
            self.set("delivery", "url", parcel.url.clone());
            self.set(
                "delivery",
                "received_by",
                parcel.received_by.clone().filter(|_| delivered.is_some()),
            );
        }
        let mut promised = dossier.orders.iter().filter_map(|known| known.fact.promised_by);
        if let (Some(delivered), Some(promised)) = (delivered, promised.next())
            && !self.differs("order.promised_by")
        {
            let late = (delivered.date_naive() - promised.date_naive()).num_days();
            self.flag("delivery", "in_time", late <= 0);
            self.set("delivery", "days_late", (late > 0).then_some(late));
        }
        let last = |movement: Movement| {
            let scans = dossier
                .scans
                .iter()
                .filter(move |known| known.fact.movement == movement);
            scans.map(|known| known.fact.at).max()
        };
        self.set_day("attempt", "on", last(Movement::Attempted));
        self.set_day("pickup", "on", last(Movement::ReadyForPickup));
    }

    fn refund(&mut self, claim: &Claim, dossier: &Dossier) {
        let mut refunds: Vec<_> = Vec::new();
        for refund in dossier.refunds.iter().map(|known| &known.fact) {
            let same = |other: &&docket_core::dossier::Refund| match (&refund.id, &other.id) {
                (Some(id), Some(other)) => id == other,
                // Without an id on both sides, the same sum on the same day is one refund told twice.
                (_, _) => refund.amount == other.amount && refund.at.date_naive() == other.at.date_naive(),
            };
            if !refunds.iter().any(|other| same(other)) {
                refunds.push(refund);
            }
        }
        let Some(first) = refunds.first() else {
            return;
        };
        let total = refunds[1..]
            .iter()
            .try_fold(first.amount, |sum, refund| sum.checked_add(refund.amount))
            .ok();
        let last = refunds.iter().map(|refund| refund.at).max();
        self.set_money("refund", "total", total);
        self.set_day("refund", "on", last);
        if let [one] = refunds[..] {
            self.set("refund", "id", one.id.clone());
        }
        let covers = |(paid, claimed): (Money, Money)| {
            paid.currency == claimed.currency && paid.minor >= claimed.minor
        };
        self.flag(
            "refund",
            "covers_claim",
            total.zip(claim.amount).is_some_and(covers),
        );
        let before = last
            .zip(claim.opened_at)
            .is_some_and(|(last, opened)| last < opened);
        self.flag("refund", "before_dispute", before);
    }

    fn returned(&mut self, dossier: &Dossier) {
        let returns = || dossier.returns.iter().map(|known| &known.fact);
        self.set_day(
            "return",
            "asked_on",
            returns().filter_map(|one| one.asked_at).min(),
        );
        self.set_day(
            "return",
            "received_on",
            returns().filter_map(|one| one.received_at).max(),
        );
        let reason = self.agreed("return", "reason", returns().filter_map(|one| one.reason.clone()));
        self.set("return", "reason", reason);
        let state = self.agreed("return", "state", returns().filter_map(|one| one.state.clone()));
        self.set("return", "state", state);
    }

    fn messages(&mut self, dossier: &Dossier) {
        let last = |writer: Writer| {
            let own = dossier
                .messages
                .iter()
                .filter(move |known| known.fact.by == writer);
            own.map(|known| known.fact.at).max()
        };
        let count = dossier.messages.len();
        self.set("messages", "count", (count > 0).then_some(count));
        self.set_day("messages", "last_buyer_on", last(Writer::Buyer));
        self.set_day("messages", "last_merchant_on", last(Writer::Merchant));
    }

    fn policies(&mut self, dossier: &Dossier) {
        for (kind, group) in [
            (PolicyKind::Refund, "refund_policy"),
            (PolicyKind::Shipping, "shipping_policy"),
            (PolicyKind::Terms, "terms"),
            (PolicyKind::Cancellation, "cancellation_policy"),
        ] {
            let own: Vec<&Known<Policy>> = dossier
                .policies
                .iter()
                .filter(|known| known.fact.kind == kind)
                .collect();
            let title = self.agreed(
                group,
                "title",
                own.iter().filter_map(|known| known.fact.title.clone()),
            );
            self.set(group, "title", title);
            let since = self.agreed(group, "since", own.iter().map(|known| known.fact.from));
            let language = self.language;
            self.set(group, "since", since.map(|since| day(language, since)));
        }
    }
}

/// A parcel as all sources and scans together tell of it.
#[derive(Default)]
struct Parcel {
    carrier: Option<String>,
    number: Option<String>,
    url: Option<String>,
    shipped_at: Option<DateTime<Utc>>,
    delivered_at: Option<DateTime<Utc>>,
    received_by: Option<String>,
}

impl Parcel {
    fn all(dossier: &Dossier) -> Vec<Self> {
        let mut parcels: Vec<Self> = Vec::new();
        for shipment in dossier.shipments.iter().map(|known| &known.fact) {
            let same = |parcel: &Self| parcel.number.is_some() && parcel.number == shipment.number;
            let at = parcels.iter().position(same).unwrap_or_else(|| {
                parcels.push(Self::default());
                parcels.len() - 1
            });
            let parcel = &mut parcels[at];
            parcel.number = shipment.number.clone();
            parcel.carrier = parcel.carrier.take().or_else(|| shipment.carrier.clone());
            parcel.url = parcel.url.take().or_else(|| shipment.url.clone());
            parcel.shipped_at = parcel.shipped_at.or(shipment.shipped_at);
            parcel.delivered_at = parcel.delivered_at.max(shipment.delivered_at);
            parcel.received_by = parcel.received_by.take().or_else(|| shipment.received_by.clone());
        }
        let alone = parcels.len() == 1;
        for scan in dossier.scans.iter().map(|known| &known.fact) {
            let own = |parcel: &&mut Self| match (&scan.number, &parcel.number) {
                (Some(scan), Some(parcel)) => scan == parcel,
                // Whose scan it is, is only sure where there is one parcel.
                (None, _) => alone,
                (Some(_), None) => false,
            };
            if let Some(parcel) = parcels.iter_mut().find(own)
                && scan.movement == Movement::Delivered
            {
                parcel.delivered_at = parcel.delivered_at.max(Some(scan.at));
            }
        }
        parcels
    }

    fn name(&self) -> String {
        let parts = [self.carrier.as_deref(), self.number.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}
