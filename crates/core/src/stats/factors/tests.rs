use super::*;
use crate::factor::{FactorKind, NOT_PASSED, PASSED};

fn tally(factor: Option<(FactorKind, &str)>, reason: Reason, won: u64, lost: u64) -> [FactorTally; 2] {
    let of = |outcome, cases| FactorTally {
        factor: factor.map(|(kind, value)| (kind.into(), value.to_owned())),
        platform: Platform::PAYPAL,
        reason,
        currency: "EUR".parse().unwrap(),
        outcome: Some(outcome),
        contested: true,
        cases,
        amount: i64::try_from(cases).unwrap() * 10_00,
    };
    [of(Outcome::Won, won), of(Outcome::Lost, lost)]
}

/// Rows of the whole and of one level each.
fn portfolio(kind: FactorKind, rows: &[(&str, Reason, u64, u64)]) -> Vec<FactorTally> {
    let levels = rows.iter().filter(|row| row.0 != NOT_RECORDED);
    let levels =
        levels.flat_map(|(level, reason, won, lost)| tally(Some((kind, level)), *reason, *won, *lost));
    let whole = rows
        .iter()
        .flat_map(|(_, reason, won, lost)| tally(None, *reason, *won, *lost));
    levels.chain(whole).collect()
}

fn find(report: &FactorReport, kind: FactorKind) -> &FactorTable {
    report
        .factors
        .iter()
        .find(|table| table.subject == kind.into())
        .unwrap()
}

fn names(table: &FactorTable) -> Vec<&str> {
    table.levels.iter().map(|level| level.name.as_str()).collect()
}

#[test]
fn an_empty_cohort_has_tables_without_levels() {
    let report = FactorReport::of(&[]);
    assert_eq!(report.total, Group::default());
    assert!(
        report
            .factors
            .iter()
            .all(|table| table.subject.pre_named() && table.levels.is_empty())
    );
    assert_eq!(report.first, FirstThings::default());
}

/// A reason of a decision goes with its result by nature: compared with anything, it would stand out and rank first.
#[test]
fn what_came_after_the_opening_is_counted_and_compared_with_nothing() {
    let kind = FactorKind::AdjudicationGroup;
    let before = portfolio(
        FactorKind::DeliveryTiming,
        &[
            ("on_time", Reason::NotReceived, 60, 40),
            ("late", Reason::NotReceived, 20, 80),
        ],
    );
    let mut rows = before.clone();
    rows.extend(tally(Some((kind, "not_told")), Reason::NotReceived, 10, 10));
    rows.extend(tally(Some((kind, "delivery")), Reason::NotReceived, 0, 110));
    rows.extend(tally(Some((kind, "evidence")), Reason::NotReceived, 70, 0));
    let report = FactorReport::of(&rows);
    let levels: Vec<(&str, Rate)> = report.after[0]
        .levels
        .iter()
        .map(|level| (level.name.as_str(), level.rate))
        .collect();
    let counted = [
        ("delivery", Rate::new(0, 110)),
        ("evidence", Rate::new(70, 70)),
        ("not_told", Rate::new(10, 20)),
    ];
    assert_eq!((report.after.len(), levels.as_slice()), (1, counted.as_slice()));
    let without = FactorReport {
        after: Vec::new(),
        ..report
    };
    assert_eq!(without, FactorReport::of(&before));
}

#[test]
fn one_case_is_a_count() {
    let report = FactorReport::of(&portfolio(
        FactorKind::DeliveryTiming,
        &[("late", Reason::NotReceived, 1, 0)],
    ));
    let table = find(&report, FactorKind::DeliveryTiming);
    assert_eq!(table.reference, None, "nothing is on time");
    assert_eq!(table.levels[0].beside, Beside::NoReference);
    assert_eq!(table.levels[0].rate.to_string(), "1 of 1");
    let other = find(&report, FactorKind::TrackingKnown);
    assert_eq!(
        (names(other), other.levels[0].beside),
        (vec![NOT_RECORDED], Beside::NotCompared)
    );
}

#[test]
fn levels_of_what_is_not_known_stay_apart_and_add_up() {
    let reason = Reason::NotReceived;
    let mut rows = portfolio(
        FactorKind::DeliveryTiming,
        &[
            ("late", reason, 10, 20),
            ("on_time", reason, 20, 10),
            ("unknown", reason, 5, 5),
            (NOT_RECORDED, reason, 3, 4),
        ],
    );
    let mut several = tally(None, reason, 2, 0);
    rows.extend(several.clone());
    several[0].factor = Some((FactorKind::DeliveryTiming.into(), SEVERAL.to_owned()));
    several[1].factor = Some((FactorKind::DeliveryTiming.into(), SEVERAL.to_owned()));
    rows.extend(several);
    let report = FactorReport::of(&rows);
    let table = find(&report, FactorKind::DeliveryTiming);
    assert_eq!(names(table), ["on_time", "late", UNKNOWN, SEVERAL, NOT_RECORDED]);
    let all = table
        .levels
        .iter()
        .fold(Rate::default(), |sum, level| sum + level.rate);
    assert_eq!(all, report.total.rate());
    assert_eq!(all, Rate::new(40, 79));
    assert_eq!(table.levels[4].lost, [Money::new(40_00, "EUR".parse().unwrap())]);
    assert!(matches!(table.levels[2].beside, Beside::Compared { .. }));
    assert_eq!(table.levels[3].beside, Beside::NotCompared);
}

#[test]
fn what_is_compared_is_compared_inside_strata() {
    // Late parcels are mostly claims that are hard to win: raw, they look worse; in each stratum they do not.
    let report = FactorReport::of(&portfolio(
        FactorKind::DeliveryTiming,
        &[
            ("late", Reason::NotReceived, 20, 80),
            ("on_time", Reason::NotReceived, 4, 16),
            ("late", Reason::NotAsDescribed, 16, 4),
            ("on_time", Reason::NotAsDescribed, 80, 20),
        ],
    ));
    let table = find(&report, FactorKind::DeliveryTiming);
    assert_eq!(
        (table.levels[1].rate, table.levels[0].rate),
        (Rate::new(36, 120), Rate::new(84, 120))
    );
    let Beside::Compared {
        found, stands_out, ..
    } = table.levels[1].beside
    else {
        panic!("enough cases")
    };
    assert!(found.difference().value.abs() < 1e-9 && !stands_out);
    assert!((found.odds().unwrap().ratio - 1.0).abs() < 1e-9);
    assert!(report.first.list.is_empty());
}

#[test]
fn too_few_say_how_many_are_missing() {
    let report = FactorReport::of(&portfolio(
        FactorKind::TrackingKnown,
        &[
            ("true", Reason::NotReceived, 70, 30),
            ("false", Reason::NotReceived, 2, 7),
            ("false", Reason::NotAsDescribed, 2, 7),
        ],
    ));
    assert_eq!(
        find(&report, FactorKind::TrackingKnown).levels[1].beside,
        Beside::TooFew {
            has: (9, 100),
            needed: 93
        }
    );
}

#[test]
fn all_won_all_lost_and_one_level_have_no_ratio_and_no_nan() {
    let reason = Reason::NotReceived;
    let kind = FactorKind::TrackingKnown;
    let won = FactorReport::of(&portfolio(
        kind,
        &[("true", reason, 40, 0), ("false", reason, 40, 0)],
    ));
    let Beside::Compared {
        found, stands_out, ..
    } = find(&won, kind).levels[1].beside
    else {
        panic!("enough cases")
    };
    assert!(found.odds().is_none() && !stands_out && (found.p() - 1.0).abs() < 1e-9);
    let lost = FactorReport::of(&portfolio(
        kind,
        &[("true", reason, 0, 40), ("false", reason, 0, 40)],
    ));
    assert!(lost.first.list.is_empty() && lost.first.unproven == 0);
    let one = FactorReport::of(&portfolio(kind, &[("true", reason, 12, 40)]));
    assert_eq!(find(&one, kind).levels.len(), 1);
    assert_eq!(find(&one, kind).levels[0].beside, Beside::Reference);
}

#[test]
fn what_to_fix_first_is_ordered_by_amount_within_a_currency() {
    let reason = Reason::NotReceived;
    let late = portfolio(
        FactorKind::DeliveryTiming,
        &[("late", reason, 20, 80), ("on_time", reason, 60, 40)],
    );
    let mut yen = portfolio(
        FactorKind::TrackingKnown,
        &[("false", reason, 20, 80), ("true", reason, 80, 20)],
    );
    for tally in &mut yen {
        tally.currency = "JPY".parse().unwrap();
    }
    let report = FactorReport::of(&[late, yen].concat());
    let list: Vec<String> = report
        .first
        .list
        .iter()
        .map(|fix| {
            format!(
                "{} {} {} of {}",
                fix.subject, fix.level, fix.associated, fix.decided
            )
        })
        .collect();
    assert_eq!(
        list,
        [
            "delivery_timing late 400.00 EUR of 1000.00 EUR",
            "tracking_known false 60000 JPY of 100000 JPY"
        ]
    );
    let fix = &report.first.list[0];
    assert!(fix.at_least.minor > 0 && fix.at_least.minor < fix.associated.minor);
    assert!(fix.associated.minor < fix.at_most.minor && fix.at_most.minor <= fix.decided.minor);
}

/// A level that mostly wins may cost more than one that mostly loses: 20 of 100 cases beside 10 of 50.
#[test]
fn a_shortfall_counts_by_its_cases_and_not_by_how_many_were_lost_anyway() {
    let reason = Reason::NotReceived;
    let many = portfolio(
        FactorKind::DeliveryTiming,
        &[("late", reason, 70, 30), ("on_time", reason, 180, 20)],
    );
    let few = portfolio(
        FactorKind::TrackingKnown,
        &[("false", reason, 5, 45), ("true", reason, 60, 140)],
    );
    let report = FactorReport::of(&[many, few].concat());
    let list: Vec<&str> = report.first.list.iter().map(|fix| fix.level.as_str()).collect();
    assert_eq!(list, ["late", "false"]);
}

#[test]
fn factors_not_named_before_answer_for_one_another() {
    let reason = Reason::NotReceived;
    let carriers = [
        ("dhl", reason, 60, 40),
        ("gls", reason, 45, 55),
        ("ups", reason, 58, 42),
        ("dpd", reason, 61, 39),
    ];
    let report = FactorReport::of(&portfolio(FactorKind::Carrier, &carriers));
    let table = find(&report, FactorKind::Carrier);
    assert_eq!(table.reference.as_deref(), Some("dhl"), "the first of equals");
    let gls = table.levels.iter().find(|level| level.name == "gls").unwrap();
    let Beside::Compared {
        found,
        adjusted_p,
        stands_out,
    } = gls.beside
    else {
        panic!("enough cases")
    };
    assert!(found.p() < 0.05 && adjusted_p.unwrap() > 0.05 && !stands_out);
    assert_eq!(
        report.first.unproven, 2,
        "gls and ups lie below, not beyond chance"
    );
}

#[test]
fn an_item_of_the_settings_checklist_is_a_factor_of_its_platforms_cases() {
    let reason = Reason::NotReceived;
    let item = Subject::item(Platform::PAYPAL, "settings.tracking_pushed");
    let mut tallies = Vec::new();
    for (level, won, lost) in [(PASSED, 160, 40), (NOT_PASSED, 90, 110), (NOT_RECORDED, 12, 8)] {
        let mut whole = tally(None, reason, won, lost);
        if level != NOT_RECORDED {
            for tally in &mut whole {
                let factor = Some((item.clone(), level.to_owned()));
                tallies.push(FactorTally {
                    factor,
                    ..tally.clone()
                });
            }
        }
        tallies.extend(whole);
    }
    // Cases of another platform can neither pass nor fail it.
    let mut others = tally(None, reason, 500, 500);
    others
        .iter_mut()
        .for_each(|tally| tally.platform = Platform::KLARNA);
    tallies.extend(others);
    let report = FactorReport::of(&tallies);
    let table = report.factors.iter().find(|table| table.subject == item).unwrap();
    assert_eq!(table.reference.as_deref(), Some(PASSED));
    let rates: Vec<(&str, u64)> = table
        .levels
        .iter()
        .map(|l| (l.name.as_str(), l.rate.n()))
        .collect();
    assert_eq!(rates, [(PASSED, 200), (NOT_PASSED, 200), (NOT_RECORDED, 20)]);
    // Not named before: it answers to Benjamini and Hochberg.
    let Beside::Compared {
        adjusted_p,
        stands_out,
        ..
    } = table.levels[1].beside
    else {
        panic!("{:?}", table.levels[1].beside);
    };
    assert!(adjusted_p.is_some() && stands_out);
    let fix = &report.first.list[0];
    assert_eq!((&fix.subject, fix.level.as_str()), (&item, NOT_PASSED));
    assert!(fix.subject.advice().contains("settings checklist"));
}
