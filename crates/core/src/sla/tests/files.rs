//! Contracts, calendars and exclusions are read strictly, and say what to write instead.

use serde_json::{Value, json};

use super::support::*;
use crate::sla::*;
use crate::words::Platform;

fn contract_error(change: impl Fn(&mut Value)) -> String {
    let mut file = json!({
        "name": "Support", "zone": "Europe/Amsterdam", "valid_from": "2026-01-01",
        "target": [{ "name": "first", "metric": "first_response", "within": "4h" }],
    });
    change(&mut file);
    match serde_json::from_value::<Contract>(file) {
        Err(error) => error.to_string(),
        Ok(contract) => contract
            .check(&["office".to_owned()].into())
            .unwrap_err()
            .to_string(),
    }
}

#[test]
fn a_wrong_contract_says_what_to_write() {
    type Change = fn(&mut Value);
    let cases: [(Change, &str); 16] = [
        (|f| f["name"] = json!(" "), "needs a name"),
        (|f| f["target"] = json!([]), "promises nothing"),
        (|f| f["zone"] = json!("Mars/Olympus"), "Mars"),
        (|f| f["share"] = json!(101), "1 to 100"),
        (|f| f["valid_from"] = json!("yesterday"), "invalid"),
        (|f| f["extra"] = json!(1), "unknown field"),
        (|f| f["target"][0]["within"] = json!("4"), "write it like 4h"),
        (|f| f["target"][0]["within"] = json!("-4h"), "write it like 4h"),
        (
            |f| f["target"][0]["within"] = json!("99999999999999999999h"),
            "write it like 4h",
        ),
        (|f| f["target"][0]["before"] = json!("4h"), "only that"),
        (
            |f| f["target"][0]["metric"] = json!("before_deadline"),
            "`before = \"24h\"`",
        ),
        (|f| f["target"][0]["statistic"] = json!("p101"), "p50 to p99"),
        (
            |f| f["target"][0]["calendar"] = json!("night"),
            "no calendar `night`",
        ),
        (
            |f| f["target"][0]["only"] = json!({ "amounts_from": ["500"] }),
            "500.00 EUR",
        ),
        (
            |f| {
                f["target"][0]["statistic"] = json!("average");
                f["target"][0]["share"] = json!(95);
            },
            "an average has none",
        ),
        (
            |f| {
                let same = f["target"][0].clone();
                f["target"].as_array_mut().unwrap().push(same);
            },
            "a name of its own",
        ),
    ];
    for (change, words) in cases {
        let error = contract_error(change);
        assert!(error.contains(words), "`{words}` is missing in: {error}");
    }
}

#[test]
fn a_contract_reads_back_as_it_was_written() {
    let contract = contract(json!({
        "name": "complex", "metric": "decision", "within": "90m", "statistic": "p95", "calendar": "always", "pauses": [],
        "only": { "amounts_from": ["500.00 EUR"], "reasons": ["unauthorised"], "stages": ["chargeback"], "platforms": ["klarna"] },
    }));
    let again: Contract = serde_json::from_value(serde_json::to_value(&contract).unwrap()).unwrap();
    assert_eq!(again, contract);
    let target = &contract.targets[0];
    assert_eq!(
        (contract.share_of(target), target.says().to_string()),
        (Some(95), "within 90m".to_owned())
    );
    assert_eq!(
        contract.terms(target),
        "decision within 90m as the 95th percentile, so in 95 % of cases; calendar `always`; never stands still; \
         only Klarna, chargeback, unauthorised, from 500.00 EUR on"
    );
    assert!(!contract.pauses_for(target, Pause::WaitingOnClient));
    let mut round = round();
    assert!(!target.only.speaks_of(&round));
    round.platform = Platform::KLARNA;
    round.reason = crate::words::Reason::Unauthorised;
    round.amount.minor = 50_000;
    assert!(target.only.speaks_of(&round));
    round.amount.currency = "SEK".parse().unwrap();
    assert!(
        !target.only.speaks_of(&round),
        "other currencies are never compared"
    );
}

#[test]
fn a_wrong_calendar_says_what_to_write() {
    let cases = [
        ("/hours", json!({}), "no working hours"),
        ("/hours", json!({ "mon": ["9-17"] }), "09:00-17:30"),
        ("/hours", json!({ "mon": ["22:00-06:00"] }), "on the next day"),
        ("/hours", json!({ "monday": ["09:00-17:00"] }), "day of the week"),
        ("/zone", json!("Amsterdam"), "Amsterdam"),
        ("/name", json!("always"), "another name"),
        ("/holidays", json!(["25.12.2026"]), "invalid"),
    ];
    for (path, value, words) in cases {
        let mut file = office();
        *file.pointer_mut(path).unwrap() = value;
        let error = match serde_json::from_value::<Calendar>(file) {
            Err(error) => error.to_string(),
            Ok(calendar) => calendar.check().unwrap_err().to_string(),
        };
        assert!(error.contains(words), "`{words}` is missing in: {error}");
    }
}

#[test]
fn a_version_begins_with_its_day_in_its_zone() {
    assert_eq!(version(1, office()).starts_at, at("2025-12-31T23:00"));
    let mut summer = office();
    summer["valid_from"] = json!("2026-07-01");
    assert_eq!(version(2, summer).starts_at, at("2026-06-30T22:00"));
}

#[test]
fn an_exclusion_needs_evidence_a_past_and_a_second_person() {
    let now = at("2026-11-20T00:00");
    let good = Exclusion {
        id: crate::id::ExclusionId(uuid::Uuid::nil()),
        client: round().client,
        cause: ExclusionCause::PlatformOutage,
        platforms: [Platform::PAYPAL].into(),
        span: span("2026-11-02T08:00", "2026-11-02T12:00"),
        evidence: "status page".to_owned(),
        from_log: false,
        state: ExclusionState::Proposed,
        proposed_by: "Ada".to_owned(),
        proposed_at: now,
        decided_by: None,
        decided_at: None,
        note: None,
    };
    good.check(now).unwrap();
    let wrong = |change: fn(&mut Exclusion), words: &str| {
        let mut one = good.clone();
        change(&mut one);
        let error = one.check(now).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    };
    wrong(|e| e.evidence = " ".to_owned(), "--evidence");
    wrong(|e| e.span.to = e.span.from, "before it begins");
    wrong(|e| e.span.to = at("2026-11-21T00:00"), "future");
    wrong(|e| e.span.from = at("2026-01-01T00:00"), "90 days");
    wrong(|e| e.proposed_by = String::new(), "--by");
    assert!(
        good.refuses_decision(ExclusionState::Approved, " ada ")
            .unwrap()
            .contains("another person")
    );
    assert_eq!(good.refuses_decision(ExclusionState::Approved, "lena"), None);
    assert!(!good.counts_for(Platform::PAYPAL), "not approved");
    let approved = Exclusion {
        state: ExclusionState::Approved,
        ..good
    };
    let again = approved.refuses_decision(ExclusionState::Approved, "lena");
    assert!(again.unwrap().contains("already"));
    // What counts wrongly is taken back, by another person than who told of it.
    assert_eq!(approved.refuses_decision(ExclusionState::Rejected, "lena"), None);
    let own = approved.refuses_decision(ExclusionState::Rejected, "ada");
    assert!(own.unwrap().contains("another person"));
    let rejected = Exclusion {
        state: ExclusionState::Rejected,
        ..approved.clone()
    };
    for to in [ExclusionState::Approved, ExclusionState::Rejected] {
        assert!(
            rejected.refuses_decision(to, "lena").unwrap().contains("already"),
            "{to}"
        );
    }
    assert!(approved.counts_for(Platform::PAYPAL));
    assert!(!approved.counts_for(Platform::KLARNA));
}
