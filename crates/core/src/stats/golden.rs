//! Every method beside the values of other people's code (`fixtures/stats`).

use serde_json::Value;

use super::compare::adjusted;
use super::exact::exact;
use super::odds::{odds_ratio, test};
use super::power::per_group;
use super::*;

const TOLERANCE: f64 = 1e-6;

fn reference(section: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("../../fixtures/stats/reference.json")).unwrap();
    all[section].as_array().unwrap().clone()
}

#[track_caller]
fn same(ours: f64, theirs: &Value, what: &impl std::fmt::Debug) {
    let theirs = theirs.as_f64().unwrap();
    assert!(
        (ours - theirs).abs() <= TOLERANCE * theirs.abs().max(1.0),
        "{ours} is not {theirs}: {what:?}"
    );
}

fn rate(hits: &Value, n: &Value) -> Rate {
    Rate::new(hits.as_u64().unwrap(), n.as_u64().unwrap())
}

fn pair(row: &Value) -> Rate {
    rate(&row[0], &row[1])
}

#[test]
fn wilson_intervals() {
    for row in reference("wilson") {
        let interval = wilson(row[0].as_u64().unwrap(), row[1].as_u64().unwrap()).unwrap();
        same(interval.low, &row[2], &row);
        same(interval.high, &row[3], &row);
    }
}

#[test]
fn newcombe_intervals_and_fishers_test() {
    for row in reference("pairs") {
        let stratum = Stratum {
            level: pair(&row["level"]),
            reference: pair(&row["reference"]),
        };
        let difference = weighted::newcombe(stratum.level, stratum.reference).unwrap();
        same(difference.value / 100.0, &row["difference"], &row);
        same(difference.interval.low / 100.0, &row["low"], &row);
        same(difference.interval.high / 100.0, &row["high"], &row);
        same(exact(&[stratum]), &row["fisher"], &row);
    }
}

#[test]
fn pooled_odds_ratios_tests_and_differences() {
    for row in reference("strata") {
        let of = |s: &Value| Stratum {
            level: rate(&s[0], &s[1]),
            reference: rate(&s[2], &s[3]),
        };
        let strata: Vec<Stratum> = row["strata"].as_array().unwrap().iter().map(of).collect();
        let odds = odds_ratio(&strata).unwrap();
        same(odds.ratio, &row["odds_ratio"], &row);
        same(odds.interval.low, &row["low"], &row);
        same(odds.interval.high, &row["high"], &row);
        same(test(&strata), &row["cmh"], &row);
        same(exact(&strata), &row["exact"], &row);
        let difference = adjusted(&strata).unwrap();
        same(difference.value / 100.0, &row["difference"][0], &row);
        same(difference.interval.low / 100.0, &row["difference"][1], &row);
        same(difference.interval.high / 100.0, &row["difference"][2], &row);
        // Another author's method comes out near where there are many cases.
        let theirs = |at: usize| row["klingenberg"][at].as_f64().unwrap() * 100.0;
        same(difference.value / 100.0, &row["klingenberg"][0], &row);
        let n: u64 = strata.iter().map(|s| s.level.n() + s.reference.n()).sum();
        let near = if n >= 100 { 1.5 } else { 12.0 };
        assert!((difference.interval.low - theirs(1)).abs() < near, "{row}");
        assert!((difference.interval.high - theirs(2)).abs() < near, "{row}");
    }
}

#[test]
fn standardised_rates() {
    for row in reference("standard") {
        let rates = row["rates"].as_array().unwrap().iter().map(pair);
        let weights = row["weights"].as_array().unwrap().iter();
        let mix: Vec<(Rate, u64)> = rates.zip(weights.map(|w| w.as_u64().unwrap())).collect();
        let Standard::Percent { percent, .. } = standardise(&mix) else {
            panic!("{row}")
        };
        same(percent.value / 100.0, &row["value"][0], &row);
        same(percent.interval.low / 100.0, &row["value"][1], &row);
        same(percent.interval.high / 100.0, &row["value"][2], &row);
    }
}

#[test]
fn decompositions() {
    for row in reference("decomposition") {
        let side = |name: &str| row[name].as_array().unwrap().iter().map(pair).collect::<Vec<_>>();
        let strata: Vec<(Rate, Rate)> = side("before").into_iter().zip(side("after")).collect();
        let Drift::Parts { total, mix, rate, .. } = Change::of(&strata).drift else {
            panic!("{row}")
        };
        let rate = rate.unwrap();
        same(total.value / 100.0, &row["total"], &row);
        same(mix.value / 100.0, &row["mix"], &row);
        same(rate.value / 100.0, &row["rate"], &row);
        assert!((mix.value + rate.value - total.value).abs() < 1e-9);
        assert!(rate.interval.low <= rate.value && rate.value <= rate.interval.high);
    }
}

#[test]
fn many_looks_and_sample_sizes() {
    let rows = reference("benjamini_hochberg");
    let p: Vec<f64> = rows[0]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p.as_f64().unwrap())
        .collect();
    for (ours, theirs) in benjamini_hochberg(&p)
        .into_iter()
        .zip(rows[1].as_array().unwrap())
    {
        same(ours, theirs, &p);
    }
    assert_eq!(benjamini_hochberg(&[]), Vec::<f64>::new());
    for (row, needed) in reference("sample_size").iter().zip([93.0, 356.0, 199.0, 1565.0]) {
        let found = per_group(row[0].as_f64().unwrap(), row[1].as_f64().unwrap()).unwrap();
        same(found, &row[2], row);
        assert!((found.ceil() - needed).abs() < 0.5, "{row}");
    }
}

fn ridge_rows(value: &Value) -> Vec<ridge::Row> {
    let row = |row: &Value| ridge::Row {
        columns: row[0]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| u16::try_from(c.as_u64().unwrap()).unwrap())
            .collect(),
        won: row[1].as_f64().unwrap(),
        n: row[2].as_f64().unwrap(),
    };
    value.as_array().unwrap().iter().map(row).collect()
}

#[test]
fn ridge_and_plain_logistic_regression() {
    let all: Value = serde_json::from_str(include_str!("../../fixtures/stats/ridge.json")).unwrap();
    for set in all.as_array().unwrap() {
        let rows = ridge_rows(&set["rows"]);
        let factors: Vec<Vec<usize>> = serde_json::from_value(set["factors"].clone()).unwrap();
        let size = factors.iter().map(Vec::len).sum();
        let factor_of = |place: usize| factors.iter().find(|f| f.contains(&place)).unwrap();
        let found = ridge::fit(&rows, size, ridge::PENALTY).unwrap();
        let theirs = &set["ridge"];
        for place in 0..=size {
            same(
                found.coefficients[place],
                &theirs["coefficients"][place],
                &set["name"],
            );
            same(found.error(place), &theirs["errors"][place], &set["name"]);
        }
        same(found.brier(&rows), &theirs["brier"], &set["name"]);
        for effect in theirs["effects"].as_array().unwrap() {
            let place = usize::try_from(effect[0].as_u64().unwrap()).unwrap();
            let (value, interval) = found.effect(&rows, place, factor_of(place));
            same(value, &effect[1], &set["name"]);
            same((interval.high - value) / rate::Z, &effect[2], &set["name"]);
        }
        // Without a penalty it is what everybody fits.
        if set["plain"].is_null() {
            continue;
        }
        let (found, theirs) = (ridge::fit(&rows, size, 0.0).unwrap(), &set["plain"]);
        for place in 0..=size {
            same(
                found.coefficients[place],
                &theirs["coefficients"][place],
                &"plain",
            );
            same(found.error(place), &theirs["errors"][place], &"plain");
        }
        for place in 0..size {
            let (value, interval) = found.effect(&rows, place, factor_of(place));
            same(value, &theirs["effects"][place], &"plain effect");
            same(
                (interval.high - value) / rate::Z,
                &theirs["effect_errors"][place],
                &"plain effect",
            );
        }
    }
}
