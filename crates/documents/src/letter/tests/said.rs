//! Nothing is invented: whatever the facts are, every number, date and name of a letter stands among them.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::{DateTime, Duration, NaiveDate};
use docket_core::dossier::Dossier;
use proptest::prelude::*;
use serde_json::Value;

use super::{REASONS, templates, text};
use crate::letter::*;
use crate::samples;

/// Puts other facts in the place of every fact, in whatever shape; `dice` says which.
fn changed(value: &mut Value, dice: &mut impl Iterator<Item = u32>) {
    let mut roll = || dice.next().unwrap_or_default();
    match value {
        Value::Array(rows) => rows.iter_mut().for_each(|row| changed(row, dice)),
        Value::Object(fields) => {
            if let Some(minor) = fields.get_mut("minor") {
                *minor = roll().into();
                return;
            }
            for (name, field) in fields {
                match field {
                    // The words of the house stay as they are.
                    Value::String(_) if ["kind", "movement", "goods", "by"].contains(&name.as_str()) => {}
                    Value::String(text) => *text = other(text, dice.next().unwrap_or_default()),
                    field => changed(field, dice),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn other(text: &str, roll: u32) -> String {
    let days = Duration::days(i64::from(roll % 900));
    if let Ok(at) = text.parse::<DateTime<Utc>>() {
        return (at + days).to_rfc3339();
    }
    if let Ok(date) = text.parse::<NaiveDate>() {
        return (date - days).to_string();
    }
    format!("Zq{roll}")
}

/// Words with a number, or written with a capital: what could be a fact.
fn telling(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let tells = |word: &&str| word.contains(char::is_numeric) || word.starts_with(char::is_uppercase);
    words.filter(tells).map(str::to_owned).collect()
}

/// Every fact of a document, in each form in which a letter may write it.
fn facts(value: &Value, language: Language, said: &mut String) {
    match value {
        Value::Array(rows) => rows.iter().for_each(|row| facts(row, language, said)),
        Value::Object(fields) => {
            if let Ok(amount) = serde_json::from_value::<Money>(value.clone()) {
                said.push_str(&format!(" {}", money(language, amount)));
            }
            fields.values().for_each(|field| facts(field, language, said));
        }
        Value::String(text) => {
            let at = text.parse::<DateTime<Utc>>().ok();
            let date = at.map(|at| at.date_naive()).or_else(|| text.parse().ok());
            let date = date.map(|date| day(language, date)).unwrap_or_default();
            let time = at.map(|at| at.format("%H %M").to_string()).unwrap_or_default();
            said.push_str(&format!(" {text} {date} {time}"));
        }
        other => said.push_str(&format!(" {other}")),
    }
}

/// The words of the templates themselves, without their facts.
fn own_words(language: Language) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/templates");
    let mut all = "PayPal Klarna Shopify ".to_owned();
    let mut folders = vec![folder.join(language.as_str())];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                all.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_number_date_and_name_stands_among_the_facts(
        dice in proptest::collection::vec(0u32..2_000_000, 200),
        reason in 0usize..8,
        language in 0usize..4,
    ) {
        let language = Language::ALL[language];
        let mut known = serde_json::to_value(samples::dossier()).unwrap();
        changed(&mut known, &mut dice.iter().copied());
        let dossier: Dossier = serde_json::from_value(known.clone()).unwrap();
        let claim = samples::claim(REASONS[reason]);
        let exhibits = ["shipping_documentation", "refund_policy", "customer_communication"];
        let letter = draft(&templates(), language, &claim, &dossier, &exhibits);

        let mut may = own_words(language);
        facts(&known, language, &mut may);
        // What is told of the claim, the numbers of the exhibits, and the one sum that a letter makes.
        may.push_str(&format!(" {} {} {} 1 2 3", claim.dispute, claim.merchant, claim.buyer_words.as_deref().unwrap_or_default()));
        may.extend(claim.amount.map(|amount| format!(" {}", money(language, amount))));
        may.extend(claim.opened_at.map(|at| format!(" {}", day(language, at.date_naive()))));
        let may = telling(&may);

        let mut said = text(&letter);
        for (label, value) in &letter.about {
            said.push_str(&format!(" {label} {value}"));
        }
        for event in &letter.timeline {
            said.push_str(&format!(" {} {} {}", event.when, event.what, event.source));
        }
        let invented: Vec<String> = telling(&said).difference(&may).cloned().collect();
        prop_assert!(invented.is_empty(), "{invented:?} in {said}");
    }
}
