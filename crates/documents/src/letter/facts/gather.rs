//! Facts, group by group, from a dossier.

use chrono::{DateTime, Utc};
use docket_core::dossier::{Dossier, Known, Movement, Policy, PolicyKind, Refund, Writer};
use docket_core::money::Money;
use docket_core::words::Outcome;

use super::parcel::Parcel;
use super::{Answer, Claim, Facts, day};

/// Goods that a sentence lists at most.
const LISTED: usize = 30;

impl Facts {
    pub(super) fn answer(&mut self, answer: Answer) {
        let (name, decision) = match answer {
            Answer::First => ("first", None),
            Answer::Appeal(decision) => ("appeal", decision),
            Answer::Again(decision) => ("again", decision),
        };
        self.flag("answer", name, true);
        let Some(decision) = decision else { return };
        let decided = match decision.outcome {
            Outcome::Lost | Outcome::LostNoResponse => "for_buyer",
            Outcome::Partial => "in_part",
            Outcome::Won | Outcome::WonProtected => "for_merchant",
            // No decision: somebody ended it otherwise.
            Outcome::Accepted
            | Outcome::Settled
            | Outcome::Withdrawn
            | Outcome::Lapsed
            | Outcome::Prevented
            | Outcome::NotContestable
            | Outcome::Superseded
            | Outcome::Unknown => return,
        };
        self.flag("decision", decided, true);
        self.set_day("decision", "on", decision.on);
    }

    pub(super) fn order(&mut self, claim: &Claim, dossier: &Dossier) {
        let orders = || dossier.orders.iter().map(|known| &known.fact);
        // Sources that tell of one purchase may number it differently; it is called as it was told first.
        let number = self.agreed("order", "number", orders().map(|order| dossier.number_of(order)));
        self.set("order", "number", number.map(str::to_owned));
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
        self.address(dossier);
        let cancelled = self.agreed(
            "order",
            "cancelled_on",
            orders().filter_map(|order| order.cancelled_at),
        );
        self.set_day("order", "cancelled_on", cancelled);
        let matches = self.agreed(
            "order",
            "addresses_match",
            orders().filter_map(|order| order.addresses_match),
        );
        self.flag("order", "addresses_match", matches == Some(true));
        let goods = self.agreed("goods", "physical", orders().filter_map(|order| order.goods));
        if let Some(goods) = goods {
            self.flag("goods", goods.as_str(), true);
        }
    }

    /// A file may tell the country behind the town where a platform does not: that is one address, told once longer.
    fn address(&mut self, dossier: &Dossier) {
        let told: Vec<&str> = dossier
            .orders
            .iter()
            .filter_map(|order| order.fact.ship_to.as_deref())
            .collect();
        let longest = told.iter().copied().max_by_key(|text| parts(text).len());
        let same = |text: &str| longest.is_some_and(|longest| parts(longest).starts_with(&parts(text)));
        let each = told
            .iter()
            .map(|text| if same(text) { longest } else { Some(*text) });
        let agreed = self.agreed("order", "ship_to", each.flatten());
        self.set("order", "ship_to", agreed.map(str::to_owned));
    }

    pub(super) fn goods(&mut self, dossier: &Dossier) {
        let mut named: Vec<(&String, u64)> = Vec::new();
        let mut described: Vec<String> = Vec::new();
        for line in dossier.lines_once() {
            let Some(title) = line.title.as_ref().or(line.sku.as_ref()) else {
                continue;
            };
            match named.iter_mut().find(|(known, _)| *known == title) {
                Some((_, quantity)) => *quantity = quantity.saturating_add(line.quantity),
                None => named.push((title, line.quantity)),
            }
            if let Some(text) = &line.description {
                let words: Vec<&str> = text.split_whitespace().collect();
                let one = format!("{title}: {}", words.join(" ").trim_end_matches('.'));
                if !described.contains(&one) {
                    described.push(one);
                }
            }
        }
        let one = |(title, quantity): (&String, u64)| format!("{quantity}\u{a0}×\u{a0}{title}");
        let list: Vec<String> = named.into_iter().map(one).collect();
        // Longer ones are no sentence any more.
        let sentence = |all: Vec<String>| (1..=LISTED).contains(&all.len()).then(|| all.join("; "));
        self.set("goods", "list", sentence(list));
        self.set("goods", "descriptions", sentence(described));
    }

    pub(super) fn delivery(&mut self, dossier: &Dossier) {
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

    pub(super) fn refund(&mut self, claim: &Claim, dossier: &Dossier) {
        let mut refunds: Vec<_> = Vec::new();
        for refund in dossier.refunds_once() {
            let same = |other: &&Refund| match (&refund.id, &other.id) {
                (Some(id), Some(other)) => id == other,
                // Without an id on both sides, the same sum on the same day is one refund told twice.
                (_, _) => refund.amount == other.amount && refund.at.date_naive() == other.at.date_naive(),
            };
            if !refunds.iter().any(same) {
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

    pub(super) fn returned(&mut self, dossier: &Dossier) {
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

    pub(super) fn messages(&mut self, dossier: &Dossier, opened: Option<DateTime<Utc>>) {
        let last = |writer: Writer| {
            let own = dossier
                .messages
                .iter()
                .filter(move |known| known.fact.by == writer);
            own.map(|known| known.fact.at).max()
        };
        // What was written on the dispute itself says nothing of what was before it.
        let before = dossier.messages.iter().filter(|known| {
            known.fact.by == Writer::Buyer && opened.is_some_and(|opened| known.fact.at < opened)
        });
        self.set_day(
            "messages",
            "buyer_before_on",
            before.map(|known| known.fact.at).max(),
        );
        let count = dossier.messages.len();
        self.set("messages", "count", (count > 0).then_some(count));
        self.set_day("messages", "last_buyer_on", last(Writer::Buyer));
        self.set_day("messages", "last_merchant_on", last(Writer::Merchant));
    }

    pub(super) fn policies(&mut self, dossier: &Dossier) {
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

/// The parts of an address, however they are written.
fn parts(address: &str) -> Vec<String> {
    let bare = |part: &str| -> String {
        let letters = part.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    address
        .split(',')
        .map(bare)
        .filter(|part| !part.is_empty())
        .collect()
}
