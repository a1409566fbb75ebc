use super::*;

/// What is held out: October and later.
fn cut() -> NaiveDate {
    "2026-10-01".parse().unwrap()
}

/// Decided cases of a month: delivery timing, won, all.
fn pattern(month: &str, reason: Reason, timing: &str, won: u64, n: u64) -> Pattern {
    Pattern {
        amount: String::new(),
        settings: String::new(),
        newest: month >= "2026-10",
        platform: Platform::PAYPAL,
        reason,
        levels: vec![timing.to_owned()],
        rate: Rate::new(won, n),
    }
}

/// Late parcels lose; so does another reason, and late parcels have it more often.
fn months(names: &[&str]) -> Vec<Pattern> {
    names
        .iter()
        .flat_map(|month| {
            [
                pattern(month, Reason::NotReceived, "on_time", 40, 50),
                pattern(month, Reason::NotReceived, "late", 9, 20),
                pattern(month, Reason::NotAsDescribed, "on_time", 8, 20),
                pattern(month, Reason::NotAsDescribed, "late", 6, 40),
            ]
        })
        .collect()
}

fn fitted(patterns: &[Pattern]) -> Fitted {
    match Model::of(&Patterns::of(patterns), cut()) {
        Model::Fitted(found) => *found,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_effect_is_told_all_else_equal_with_its_interval_and_n() {
    let found = fitted(&months(&["2026-06", "2026-07", "2026-08", "2026-09", "2026-10"]));
    assert_eq!((found.rate.hits(), found.rate.n(), found.left_out), (315, 650, 0));
    assert_eq!(found.coefficients, 2, "reason and timing; one platform");
    let [late] = &found.effects[..] else {
        panic!("{:?}", found.effects)
    };
    assert_eq!(
        (late.level.as_str(), late.reference.as_str(), late.n),
        ("late", "on_time", 300)
    );
    assert!(
        late.odds.ratio < 0.35 && late.odds.interval.high < 0.5,
        "{late:?}"
    );
    // Raw, late parcels win 38 points less; at the same reason some 28.
    assert!((-33.0..-23.0).contains(&late.effect.value), "{late:?}");
    assert!(late.effect.interval.low < late.effect.value && late.effect.interval.high < 0.0);
}

#[test]
fn the_newest_months_are_held_out_and_the_chances_fit_them() {
    let found = fitted(&months(&["2026-06", "2026-07", "2026-08", "2026-09", "2026-10"]));
    let held = found.held_out.unwrap();
    assert_eq!((held.from, held.trained, held.tested), (cut(), 520, 130));
    assert!(held.brier < held.plain && held.plain < 0.26, "{held:?}");
    let n: u64 = held.calibration.iter().map(|group| group.rate.n()).sum();
    assert_eq!(n, 130);
    for group in &held.calibration {
        let share = group.rate.share().unwrap().0 * 100.0;
        assert!((group.expected - share).abs() < 10.0, "{group:?}");
    }
}

#[test]
fn what_is_missing_is_said() {
    assert_eq!(Model::of(&Patterns::default(), cut()), Model::NothingToCompare);
    let one_level = [pattern("2026-10", Reason::NotReceived, "late", 50, 100)];
    assert_eq!(
        Model::of(&Patterns::of(&one_level), cut()),
        Model::NothingToCompare
    );
    let few = [
        pattern("2026-10", Reason::NotReceived, "late", 5, 15),
        pattern("2026-10", Reason::NotReceived, "on_time", 14, 15),
    ];
    // 11 were lost; one coefficient needs ten.
    assert!(matches!(Model::of(&Patterns::of(&few), cut()), Model::Fitted(_)));
    let fewer = [
        few[0].clone(),
        pattern("2026-10", Reason::NotReceived, "on_time", 15, 15),
    ];
    assert!(
        matches!(Model::of(&Patterns::of(&fewer), cut()), Model::Fitted(_)),
        "ten are enough"
    );
    let fewest = [
        pattern("2026-10", Reason::NotReceived, "late", 6, 15),
        pattern("2026-10", Reason::NotReceived, "on_time", 15, 15),
    ];
    let too_few = Model::TooFew {
        coefficients: 1,
        has: 9,
        needed: 10,
    };
    assert_eq!(Model::of(&Patterns::of(&fewest), cut()), too_few);
    let all_won = [
        pattern("2026-10", Reason::NotReceived, "late", 50, 50),
        pattern("2026-10", Reason::NotReceived, "on_time", 50, 50),
    ];
    assert!(matches!(
        Model::of(&Patterns::of(&all_won), cut()),
        Model::TooFew { has: 0, .. }
    ));
}

#[test]
fn rare_levels_are_left_out_with_their_cases() {
    let mut all = months(&["2026-06", "2026-07", "2026-10"]);
    all.push(pattern("2026-10", Reason::NotReceived, "undelivered", 4, 9));
    let found = fitted(&all);
    assert_eq!((found.rate.n(), found.left_out), (390, 9));
    assert!(found.effects.iter().all(|effect| effect.level != "undelivered"));
    assert!(found.held_out.is_some_and(|held| held.tested == 130));
}

#[test]
fn what_is_held_out_is_said_before_anybody_looks() {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    assert_eq!(
        held_out_from(day("2025-11-01"), day("2026-11-01")),
        day("2026-08-01")
    );
    assert_eq!(
        held_out_from(day("2026-11-01"), day("2026-11-20")),
        day("2026-11-01")
    );
    let all_new = months(&["2026-10"]);
    assert_eq!(fitted(&all_new).held_out, None, "nothing older to learn from");
    let all_old = months(&["2026-08", "2026-09"]);
    assert_eq!(fitted(&all_old).held_out, None, "nothing newer to try it on");
}

/// Small amounts are won, large ones lost, and parcels of large amounts are late more often: being late has nothing to do with it.
#[test]
fn what_amounts_and_settings_explain_is_no_effect_of_a_factor() {
    let one = |at: usize, name: &str, timing: &str, won, n| {
        let mut one = pattern("2026-01", Reason::NotReceived, timing, won, n);
        let (amount, settings) = [(name, ""), ("", name)][at];
        (one.amount, one.settings) = (amount.to_owned(), settings.to_owned());
        one
    };
    for at in [0, 1] {
        let patterns = [
            one(at, "small", "on_time", 720, 900),
            one(at, "small", "late", 80, 100),
            one(at, "large", "on_time", 20, 100),
            one(at, "large", "late", 180, 900),
        ];
        let Model::Fitted(fitted) = Model::of(&Patterns::of(&patterns), cut()) else {
            panic!("not fitted")
        };
        let late = fitted
            .effects
            .iter()
            .find(|effect| effect.level == "late")
            .unwrap();
        // The penalty leaves a little of it.
        assert!(late.effect.value.abs() < 2.0, "{late:?}");
        // Without what explains it, it looks like much.
        let blind = patterns.map(|p| Pattern {
            amount: String::new(),
            settings: String::new(),
            ..p
        });
        let Model::Fitted(fitted) = Model::of(&Patterns::of(&blind), cut()) else {
            panic!("not fitted")
        };
        assert!(fitted.effects[0].effect.value < -40.0, "{:?}", fitted.effects);
    }
}

#[test]
fn there_is_a_place_for_each_factor_that_is_named_before() {
    assert_eq!(named().count(), NAMED);
    assert_eq!(kinds().len(), WEIGHED);
}

/// More levels than there are numbers: the last ones count together, and nothing is lost.
#[test]
fn levels_beyond_what_can_be_numbered_count_with_the_last() {
    let mut all = Patterns::default();
    for level in 0..300 {
        let mut values = [0; WEIGHED];
        values[BESIDE] = all.number(BESIDE, &format!("level {level}"));
        all.push(false, values, Rate::new(1, 2));
    }
    let (kept, left_out) = common(&all);
    assert_eq!(sum(&kept).n() + left_out, 600);
    assert_eq!(all.names[BESIDE].len(), LEVELS);
}
