//! What a case needs, what it has, what is missing, and what harms it.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::found::{Found, label_alone};
use super::{Asked, Band, EvidenceKind, Item, Matrix, Need, NotApplicable, Rule, Shape, refund};
use crate::dossier::{Dossier, Goods, Provenance};
use crate::factor::FactorKind;
use crate::money::Money;
use crate::sentence;
use crate::sentence::Sentence;
use crate::words::{Platform, Reason, words};

words! {
    /// How a kind of evidence stands in a case.
    Standing, "standing" {
        /// It is there.
        Present = "present",
        /// Something is there that does not suffice; the notes say what lacks.
        Weak = "weak",
        /// Nothing is there.
        Missing = "missing",
        /// It does not apply to this case.
        NotApplicable = "not_applicable",
    }
}

/// Something that is there, with its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Having {
    /// What it says.
    pub what: Sentence,
    /// Whether it is, by itself, what the line asks for: nothing lacks in it.
    pub good: bool,
    /// Where from.
    pub from: Provenance,
}

/// One line of a checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What.
    pub kind: EvidenceKind,
    /// How much it is needed here.
    pub need: Need,
    /// 0 to 100.
    pub weight: u8,
    /// What it must show, or what the platform asked for, in its own words.
    pub why: Sentence,
    /// Whether the platform asked for it.
    pub asked: bool,
    /// How it stands.
    pub standing: Standing,
    /// What is there: first the pieces that people brought, in their order, then what is known of the purchase.
    pub having: Vec<Having>,
    /// What lacks or warns.
    pub notes: Vec<Sentence>,
}

/// The checklist of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checklist {
    /// The version of the matrix that it was made with.
    pub matrix: u32,
    /// The kind of goods that it goes by.
    pub goods: Goods,
    /// Whether nobody told the kind of goods, so that it is taken for physical.
    pub goods_assumed: bool,
    /// What was asked, needed and found.
    pub rows: Vec<Row>,
    /// Weight of what is there out of the weight of all that is required or useful, in percent; weak ones count half.
    pub completeness: u8,
    /// What a person must know before sending.
    pub warnings: Vec<Sentence>,
}

impl Checklist {
    /// Whether everything is there without which the case is better settled.
    pub fn decisive(&self) -> bool {
        self.lacking().next().is_none()
    }

    /// What is required and not there, or not good enough.
    pub fn lacking(&self) -> impl Iterator<Item = &Row> {
        let required = self.rows.iter().filter(|row| row.need == Need::Required);
        required.filter(|row| !matches!(row.standing, Standing::Present | Standing::NotApplicable))
    }

    /// How complete it is. A list that requires nothing is empty, too, as long as nothing is there.
    pub fn band(&self) -> Band {
        let there = |row: &Row| {
            matches!(row.need, Need::Required | Need::Useful)
                && matches!(row.standing, Standing::Present | Standing::Weak)
        };
        if !self.rows.iter().any(there) {
            Band::Empty
        } else if self.decisive() {
            Band::Complete
        } else {
            Band::Partial
        }
    }
}

/// What the bank said of a card when it was charged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardCheck {
    /// What was checked: the address (AVS) or the security code (CVV).
    pub what: FactorKind,
    /// The code.
    pub code: String,
    /// Where it stands.
    pub from: Provenance,
}

/// What a checklist is made of.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The platform.
    pub platform: Platform,
    /// Why the buyer disputes.
    pub reason: Reason,
    /// What kind of goods it is, where anyone told.
    pub goods: Option<Goods>,
    /// What the platform asks for.
    pub asked: &'a [Asked],
    /// What is known of the purchase.
    pub dossier: &'a Dossier,
    /// What was brought, each with the text that its file holds, where it could be read.
    pub items: &'a [(Item, Option<String>)],
    /// What does not apply.
    pub skipped: &'a [NotApplicable],
    /// What the platform tells of the checks of the card, as codes: of the address (AVS) and of the security code (CVV).
    pub card_checks: &'a [CardCheck],
    /// References of the order.
    pub refs: &'a [String],
    /// When the dispute was opened.
    pub opened_at: DateTime<Utc>,
    /// Nothing was delivered after this.
    pub now: DateTime<Utc>,
    /// What the buyer wants back.
    pub disputed: Money,
}

/// Makes the checklist of a case.
pub fn checklist(matrix: &Matrix, case: Situation<'_>) -> Checklist {
    let told = case
        .goods
        .or_else(|| case.dossier.orders.iter().find_map(|order| order.fact.goods));
    let goods = told.unwrap_or(Goods::Physical);
    let rules = matrix.rules(case.platform, case.reason, goods);
    let mut rows: Vec<Row> = Vec::new();
    for asked in case.asked {
        let new = asked_row(&case, &rules, asked);
        // Asked for twice is still one thing to bring.
        match rows.iter_mut().find(|row| row.kind == new.kind) {
            Some(row) if row.why.to_string().contains(&new.why.to_string()) => {}
            Some(row) => row.why = row.why.clone().also(new.why),
            None => rows.push(new),
        }
    }
    alternatives(&case, &rules, &mut rows);
    for rule in rules {
        if rows.iter().any(|row| row.kind == rule.kind) {
            continue;
        }
        rows.push(row(&case, rule));
    }
    let warnings = warnings(&case, &rows);
    Checklist {
        matrix: matrix.version,
        goods,
        goods_assumed: told.is_none(),
        completeness: completeness(&rows),
        rows,
        warnings,
    }
}

/// What the platform asks for comes first and is required, whatever the matrix says of it.
fn asked_row(case: &Situation<'_>, rules: &[&Rule], asked: &Asked) -> Row {
    let kind = asked.kind.unwrap_or(EvidenceKind::ClaimAnswer);
    let known = rules.iter().find(|rule| rule.kind == kind);
    let rule = Rule {
        reason: case.reason,
        platforms: Vec::new(),
        goods: Vec::new(),
        kind,
        need: Need::Required,
        weight: 100,
        shape: known.map_or(Shape::Any, |rule| rule.shape),
        why: asked.words.clone(),
    };
    Row {
        asked: true,
        ..row(case, &rule)
    }
}

/// PayPal asks for the proof of a refund beside other evidence as the other way to end it, not on top (`paypal.md` 4): where one of
/// both is there, the other one decides nothing, and where only money is disputed either will do.
fn alternatives(case: &Situation<'_>, rules: &[&Rule], rows: &mut [Row]) {
    if case.platform != Platform::PAYPAL || rows.len() < 2 {
        return;
    }
    let is_refund = |row: &Row| row.kind == EvidenceKind::RefundProof;
    let Some(refund) = rows.iter().position(is_refund) else {
        return;
    };
    let there = |row: &Row| row.standing == Standing::Present;
    // Part of the money back ends nothing.
    let whole = refund::refunded(case.dossier, case.disputed.currency)
        .is_some_and(|refunded| refunded >= case.disputed.minor);
    let refunded = whole && there(&rows[refund]);
    let answered = rows.iter().any(|row| !is_refund(row) && there(row));
    let of_money = rules
        .iter()
        .any(|rule| rule.kind == EvidenceKind::RefundProof && rule.need == Need::Required);
    for row in rows.iter_mut().filter(|row| !there(row)) {
        let other = if is_refund(row) {
            answered || !of_money
        } else {
            refunded
        };
        if other {
            row.need = Need::Useful;
            row.notes.push(sentence!(
                "the other evidence that PayPal asks for will do instead"
            ));
        }
    }
}

fn row(case: &Situation<'_>, rule: &Rule) -> Row {
    let mut found = Found::default();
    for (item, content) in case.items.iter().filter(|(item, _)| item.kind == rule.kind) {
        found.item(case, rule, item, content.as_deref());
    }
    found.facts(case, rule);
    let skipped = case.skipped.iter().find(|skipped| skipped.kind == rule.kind);
    let standing = if let Some(skipped) = skipped.filter(|_| found.having.is_empty()) {
        found.notes.push(sentence!(
            "does not apply: {why} ({by})",
            why = &skipped.why,
            by = &skipped.by
        ));
        Standing::NotApplicable
    } else if found.good {
        Standing::Present
    } else if found.having.is_empty() {
        Standing::Missing
    } else {
        Standing::Weak
    };
    Row {
        kind: rule.kind,
        need: rule.need,
        weight: rule.weight,
        why: rule.why.clone().into(),
        asked: false,
        standing,
        having: found.having,
        notes: found.notes,
    }
}

fn warnings(case: &Situation<'_>, rows: &[Row]) -> Vec<Sentence> {
    let mut warnings = Vec::new();
    for row in rows
        .iter()
        .filter(|row| row.need == Need::Forbidden && !row.having.is_empty())
    {
        warnings.push(sentence!(
            "{kind} harms here: {why}",
            kind = row.kind,
            why = row.why.clone()
        ));
    }
    if label_alone(case.dossier) {
        warnings.push(sentence!(
            "a label was made, but no scan shows that the parcel moved: ask the client whether it was shipped"
        ));
    }
    warnings.extend(refund_warning(case));
    let late = case
        .dossier
        .orders
        .iter()
        .any(|order| order.fact.placed_at > case.opened_at);
    if late {
        warnings.push(sentence!(
            "an order was placed after the dispute was opened: check that it is the right one"
        ));
    }
    warnings
}

/// What is due by the records, beside what the buyer wants back (`domain.md` A42).
fn refund_warning(case: &Situation<'_>) -> Option<Sentence> {
    let Some(refund) = refund::expected(case.dossier) else {
        return part_refunded(case);
    };
    let (due, disputed) = (refund.due, case.disputed);
    let paid = refund.refunded;
    if due.minor == 0 {
        return Some(sentence!(
            "by the records nothing is due any more: {paid} was refunded of {owed}; say so, with the refund's proof",
            paid,
            owed = refund.owed
        ));
    }
    let told = sentence!(
        "by {ground} {due} is still to be refunded: pay it rather than contest it",
        ground = refund.ground.sentence(),
        due
    );
    Some(if disputed.currency != due.currency {
        told.also(sentence!("{disputed} is disputed, in another currency", disputed))
    } else if disputed.minor > due.minor {
        let over = Money::new(disputed.minor - due.minor, due.currency);
        told.also(sentence!(
            "{disputed} is disputed, {over} more than that: show the calculation for the difference",
            disputed,
            over
        ))
    } else if disputed.minor < due.minor {
        told.also(sentence!("only {disputed} is disputed", disputed))
    } else {
        told.also(sentence!("that is exactly what is disputed"))
    })
}

/// Where nothing is due by the records, but something went back already.
fn part_refunded(case: &Situation<'_>) -> Option<Sentence> {
    let disputed = case.disputed;
    let refunded = refund::refunded(case.dossier, disputed.currency).filter(|minor| *minor > 0)?;
    let refunded = Money::new(refunded, disputed.currency);
    Some(sentence!(
        "{refunded} was refunded already, and {disputed} is disputed: say so, with the refund's proof",
        refunded,
        disputed
    ))
}

fn completeness(rows: &[Row]) -> u8 {
    let (mut have, mut all) = (0_u32, 0_u32);
    for row in rows {
        let counts =
            matches!(row.need, Need::Required | Need::Useful) && row.standing != Standing::NotApplicable;
        if !counts {
            continue;
        }
        all += 2 * u32::from(row.weight);
        have += u32::from(row.weight)
            * match row.standing {
                Standing::Present => 2,
                Standing::Weak => 1,
                Standing::Missing | Standing::NotApplicable => 0,
            };
    }
    // Rounded down: only a whole list is complete. An empty one asks for nothing.
    u8::try_from((have * 100).checked_div(all).unwrap_or(100)).unwrap_or(100)
}
