//! What holds for every clock, calendar and order of events.

use chrono::{DateTime, Datelike, Duration, Utc, Weekday};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

use super::support::*;
use crate::sla::*;

/// An instant of the year, to the minute.
fn instants() -> impl Strategy<Value = DateTime<Utc>> {
    (0..525_600i64).prop_map(|m| at("2026-01-01T00:00") + minutes(m))
}

fn spans() -> impl Strategy<Value = Span> {
    (instants(), 1..40_000i64).prop_map(|(from, m)| Span {
        from,
        to: from + minutes(m),
    })
}

fn several() -> impl Strategy<Value = Vec<Span>> {
    proptest::collection::vec(spans(), 0..6)
}

/// Zones that put the clock forward and back on either side of the equator, by half an hour, and never.
fn zones() -> impl Strategy<Value = &'static str> {
    select(vec![
        "Europe/Amsterdam",
        "America/New_York",
        "Australia/Lord_Howe",
        "America/Santiago",
        "Asia/Kolkata",
        "Africa/Cairo",
    ])
}

fn calendars() -> impl Strategy<Value = Value> {
    let days = subsequence(vec!["mon", "tue", "wed", "thu", "fri", "sat", "sun"], 1..7);
    let hours = select(vec![
        json!(["09:00-17:00"]),
        json!(["00:00-24:00"]),
        json!(["00:00-02:30", "02:30-24:00"]),
        json!(["08:15-12:00", "13:00-18:45"]),
        json!(["01:00-02:45"]),
    ]);
    (zones(), days, hours, 0..300i64).prop_map(|(zone, days, hours, holiday)| {
        let holiday = day("2026-01-05") + Duration::days(holiday);
        let week: serde_json::Map<String, Value> = days.into_iter().map(|d| (d.to_owned(), hours.clone())).collect();
        json!({ "name": "it", "zone": zone, "valid_from": "2026-01-01", "hours": week, "holidays": [holiday] })
    })
}

fn total(spans: &[Span]) -> Duration {
    spans
        .iter()
        .fold(Duration::zero(), |sum, s| sum + (s.to - s.from))
}

/// The slow way: every minute is asked whether it is worked.
fn minute_by_minute(calendar: &Calendar, span: Span) -> i64 {
    let mut worked = 0;
    let mut now = span.from;
    while now < span.to {
        let day = calendar.day_of(now);
        worked += i64::from(calendar.day(day).iter().any(|w| w.from <= now && now < w.to));
        now += minutes(1);
    }
    worked
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn working_time_adds_up_wherever_it_is_cut(file in calendars(), mut cuts in proptest::collection::vec(instants(), 3)) {
        cuts.sort_unstable();
        let table = table(&[version(1, file)]);
        let part = |a: usize, b: usize| table.worked(&Span::new(cuts[a], cuts[b]).into_iter().collect::<Vec<_>>());
        prop_assert_eq!(part(0, 1) + part(1, 2), part(0, 2));
        prop_assert!(part(0, 2) <= cuts[2] - cuts[0]);
        prop_assert!(part(0, 2) >= Duration::zero());
    }

    #[test]
    fn working_time_is_what_every_minute_says(file in calendars(), from in instants(), length in 1..6_000i64) {
        let version = version(1, file);
        let span = Span { from, to: (from + minutes(length)).min(year().to) };
        let table = table(std::slice::from_ref(&version));
        prop_assert_eq!(table.worked(&[span]).num_minutes(), minute_by_minute(&version.calendar, span));
    }

    #[test]
    fn a_calendar_change_splits_a_case_at_its_instant(one in calendars(), mut two in calendars(), span in spans(), change in 1..360i64) {
        let first = day("2026-01-01") + Duration::days(change);
        two["valid_from"] = json!(first);
        let (old, new) = (version(1, one), version(2, two));
        let cut = new.starts_at;
        let span = Span { to: span.to.min(year().to), ..span };
        let worked = |versions: &[CalendarVersion], from: DateTime<Utc>, to: DateTime<Utc>| {
            table(versions).worked(&Span::new(from, to).into_iter().collect::<Vec<_>>())
        };
        let before = worked(std::slice::from_ref(&old), span.from, span.to.min(cut));
        let after = worked(std::slice::from_ref(&new), span.from.max(cut), span.to);
        prop_assert_eq!(worked(&[old.clone(), new.clone()], span.from, span.to), before + after);
    }

    #[test]
    fn spans_are_united_cut_and_taken_off_without_loss(one in several(), other in several()) {
        let (one, other) = (union(one), union(other));
        prop_assert!(one.windows(2).all(|w| w[0].to < w[1].from));
        let (shared, rest) = (both(&one, &other), minus(&one, &other));
        prop_assert_eq!(total(&shared) + total(&rest), total(&one));
        prop_assert!(both(&rest, &other).is_empty());
        prop_assert_eq!(both(&one, &other), both(&other, &one));
    }
}

/// A line of history at a random minute of November.
fn lines() -> impl Strategy<Value = Vec<(i64, &'static str, Value)>> {
    let request = select(vec![1u128, 2, 3]);
    let line = (
        0..30_000i64,
        0..9usize,
        request,
        select(vec!["ours", "buyer", "platform"]),
    )
        .prop_map(|(m, kind, id, turn)| {
            let id = uuid::Uuid::from_u128(id);
            match kind {
                0 => (m, "observed", json!({ "changed": ["turn"], "turn": turn })),
                1 => (m, "draft_saved", json!({})),
                2 => (
                    m,
                    "response_prepared",
                    json!({ "action": "contest", "submission": id }),
                ),
                3 => (m, "response_cancelled", json!({ "submission": id })),
                4 | 5 => (m, "client_asked", json!({ "request": id })),
                6 => (m, "client_answered", json!({ "request": id })),
                7 => (m, "request_ended", json!({ "request": id })),
                _ => (m, "closed", json!({})),
            }
        });
    proptest::collection::vec(line, 0..14).prop_map(|mut lines| {
        lines.sort_by_key(|l| l.0);
        lines.insert(0, (0, "opened", json!({ "turn": "ours" })));
        lines
    })
}

fn entries(lines: &[(i64, &'static str, Value)]) -> Vec<LogEntry> {
    let read = |(i, (m, kind, detail)): (usize, &(i64, &'static str, Value))| {
        LogEntry::read(
            i64::try_from(i).unwrap(),
            round().opened_at + minutes(*m),
            kind,
            Some(detail),
        )
    };
    lines.iter().enumerate().filter_map(read).collect()
}

fn metrics() -> impl Strategy<Value = &'static str> {
    select(Metric::ALL).prop_map(Metric::as_str)
}

/// Every clock of a target over a history, judged.
fn all(metric: &str, log: &CaseLog, excluded: &[Span]) -> Vec<(Clock, Judged)> {
    let contract = contract(target(metric, "8h"));
    let target = &contract.targets[0];
    let now = round().opened_at + Duration::days(30);
    let table = if contract.calendar_of(target) == ALWAYS {
        Timetable::always()
    } else {
        table(&[version(1, office())])
    };
    let case = log.as_of(now);
    let judge = |c: Clock| {
        let judged = c.judge((&contract, target), &table, (case.waiting(), excluded));
        (c, judged)
    };
    clocks(target, &round(), &case).into_iter().map(judge).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn adjusted_never_exceeds_raw_and_never_judges_harder(metric in metrics(), lines in lines(), excluded in several()) {
        for (_, judged) in all(metric, &CaseLog::of(entries(&lines)), &union(excluded)) {
            let m = judged.measured;
            prop_assert_eq!(m.raw, m.adjusted + m.paused + m.excluded);
            prop_assert!(m.adjusted <= m.raw && m.adjusted >= Duration::zero());
            prop_assert!(judged.raw == judged.adjusted || judged.raw == Fate::Breached);
        }
    }

    #[test]
    fn neither_order_nor_reassignment_nor_overlap_changes_a_clock(
        metric in metrics(), lines in lines(), excluded in several(), shuffle in any::<u64>(), moved in 0..14usize,
    ) {
        let excluded = union(excluded);
        let first = all(metric, &CaseLog::of(entries(&lines)), &excluded);
        let mut mixed = entries(&lines);
        let length = mixed.len();
        for i in 0..length {
            let other = usize::try_from(shuffle.rotate_left(u32::try_from(i).unwrap() * 7) % length as u64).unwrap();
            mixed.swap(i, other);
        }
        prop_assert_eq!(&all(metric, &CaseLog::of(mixed), &excluded), &first);
        let mut reassigned = lines.clone();
        let place = moved.min(lines.len() - 1) + 1;
        let when = lines[place - 1].0;
        reassigned.insert(place, (when, "assigned", json!({ "from": "ada", "to": "lena" })));
        prop_assert_eq!(&all(metric, &CaseLog::of(entries(&reassigned)), &excluded), &first);
        let twice = union([excluded.clone(), excluded.clone()].concat());
        prop_assert_eq!(&all(metric, &CaseLog::of(entries(&lines)), &twice), &first);
    }

    #[test]
    fn more_exclusions_never_make_a_clock_longer(metric in metrics(), lines in lines(), some in several(), more in several()) {
        let log = CaseLog::of(entries(&lines));
        let fewer = all(metric, &log, &union(some.clone()));
        let with_more = all(metric, &log, &union([some, more].concat()));
        for ((_, a), (_, b)) in fewer.iter().zip(&with_more) {
            prop_assert!(b.measured.adjusted <= a.measured.adjusted);
            prop_assert_eq!(a.measured.raw, b.measured.raw);
        }
    }
}

#[test]
fn the_night_of_the_change_has_an_hour_less_or_more() {
    let mut file = office();
    file["hours"] = json!({ "sun": ["00:00-24:00"], "sat": ["22:00-24:00"] });
    let table = table(&[version(1, file.clone())]);
    let worked = |from: &str, to: &str| table.worked(&[span(from, to)]).num_minutes();
    // Amsterdam: 29 March 2026 has 23 hours, 25 October 25.
    assert_eq!(worked("2026-03-28T23:00", "2026-03-29T22:00"), 23 * 60);
    assert_eq!(worked("2026-10-24T22:00", "2026-10-25T23:00"), 25 * 60);
    file["hours"] = json!({ "sun": ["02:00-03:00"] });
    let table = super::support::table(&[version(1, file.clone())]);
    let worked = |from: &str, to: &str| table.worked(&[span(from, to)]).num_minutes();
    assert_eq!(
        worked("2026-03-28T00:00", "2026-03-30T00:00"),
        0,
        "an hour that does not exist"
    );
    assert_eq!(
        worked("2026-10-24T00:00", "2026-10-26T00:00"),
        120,
        "an hour that comes twice"
    );
    file["hours"] = json!({ "sun": ["02:30-04:00"] });
    let table = super::support::table(&[version(1, file)]);
    assert_eq!(
        table
            .worked(&[span("2026-03-28T00:00", "2026-03-30T00:00")])
            .num_minutes(),
        60,
        "from the skip on"
    );
}

#[test]
fn a_holiday_is_free_whatever_day_it_is() {
    let table = table(&[version(1, office())]);
    let day = |from: &str, to: &str| table.worked(&[span(from, to)]).num_minutes();
    assert_eq!(day("2026-12-24T00:00", "2026-12-25T00:00"), 480);
    assert_eq!(super::support::day("2026-12-25").weekday(), Weekday::Fri);
    assert_eq!(day("2026-12-25T00:00", "2026-12-26T00:00"), 0);
    assert_eq!(day("2026-12-26T00:00", "2026-12-28T00:00"), 0);
}
