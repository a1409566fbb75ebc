//! How fast a client answered our questions before a day (`domain.md` E1): its habit, not the time that a question about the
//! case itself took, which is known only after the opening.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, Duration, NaiveDate, NaiveTime, Utc};

use super::goods::DAYS;

/// The median answer came within a day.
pub const UP_TO_24H: &str = "up_to_24h";
/// The bands of the median, the fastest first.
pub const BANDS: [&str; 3] = [UP_TO_24H, "25_to_72h", "over_72h"];

/// Fewer questions than this make no habit.
pub const FEWEST: u64 = 3;

const DAY: Duration = Duration::hours(24);
/// After this long without an answer the band is known.
const LONGEST: Duration = Duration::hours(72);

/// A question to a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// When the first answer came.
    pub answered_at: Option<DateTime<Utc>>,
    /// When it ended without an answer.
    pub ended_at: Option<DateTime<Utc>>,
    /// Whether we took it back, instead of waiting in vain.
    pub withdrawn: bool,
}

/// The first day at whose beginning (UTC) something was known that happened at an instant.
pub fn first_day(at: DateTime<Utc>) -> Option<NaiveDate> {
    let day = at.date_naive();
    if at.time() == NaiveTime::MIN {
        Some(day)
    } else {
        day.checked_add_days(Days::new(1))
    }
}

/// From when on a question counts in which band, and until when.
fn counts(question: &Question) -> Option<(DateTime<Utc>, DateTime<Utc>, usize)> {
    let asked = question.asked_at;
    // Asked in the days before: on the first moment of the last day it still was.
    let mut until = asked + Duration::days(i64::try_from(DAYS).ok()?) + Duration::nanoseconds(1);
    let answered = question.answered_at.filter(|at| *at - asked <= LONGEST);
    let (from, band) = match answered {
        Some(at) => (at, usize::from(at - asked > DAY)),
        None => {
            let late = asked + LONGEST;
            let ended = question.ended_at.filter(|_| question.answered_at.is_none());
            match ended {
                Some(at) if question.withdrawn => {
                    until = until.min(at);
                    (late, 2)
                }
                Some(at) => (at.min(late), 2),
                None => (late, 2),
            }
        }
    };
    (from < until).then_some((from, until, band))
}

/// The band of the median as it stood when each day began, from that day on until the next one named; none while fewer than
/// [`FEWEST`] questions count. An unanswered question counts as longer than any as soon as 72 hours have passed or it
/// lapsed, one that we took back not at all. Of an even number the slower one of the two in the middle counts.
pub fn bands(questions: impl IntoIterator<Item = Question>) -> Vec<(NaiveDate, Option<&'static str>)> {
    let mut changes: BTreeMap<NaiveDate, [i64; 3]> = BTreeMap::new();
    for (from, until, band) in questions.into_iter().filter_map(|question| counts(&question)) {
        let (Some(from), Some(until)) = (first_day(from), first_day(until)) else {
            continue;
        };
        changes.entry(from).or_default()[band] += 1;
        changes.entry(until).or_default()[band] -= 1;
    }
    let mut now = [0_i64; 3];
    let mut found: Vec<(NaiveDate, Option<&'static str>)> = Vec::new();
    for (day, change) in changes {
        for (sum, more) in now.iter_mut().zip(change) {
            *sum += more;
        }
        let band = median(now);
        if found.last().map_or(band.is_some(), |(_, last)| *last != band) {
            found.push((day, band));
        }
    }
    found
}

fn median(counts: [i64; 3]) -> Option<&'static str> {
    let all: i64 = counts.iter().sum();
    if all < i64::try_from(FEWEST).ok()? {
        return None;
    }
    let mut up_to = 0;
    let middle = counts.iter().position(|count| {
        up_to += count;
        up_to > all / 2
    });
    middle.map(|band| BANDS[band])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn answered(asked: &str, hours: i64) -> Question {
        Question {
            asked_at: at(asked),
            answered_at: Some(at(asked) + Duration::hours(hours)),
            ended_at: Some(at(asked) + Duration::hours(hours)),
            withdrawn: false,
        }
    }

    fn told(questions: &[Question]) -> Vec<String> {
        let each = bands(questions.iter().copied());
        each.iter()
            .map(|(day, band)| format!("{day} {}", band.unwrap_or("-")))
            .collect()
    }

    #[test]
    fn an_answer_counts_from_the_day_after_it_came() {
        let three = [
            answered("2026-03-01T09:00:00Z", 1),
            answered("2026-03-01T10:00:00Z", 24),
            answered("2026-03-02T10:00:00Z", 30),
        ];
        assert_eq!(told(&three[..2]), [""; 0], "two are no habit");
        // The third one is known on 4 March; the first two leave the ninety days first.
        assert_eq!(told(&three), ["2026-03-04 up_to_24h", "2026-05-31 -"]);
    }

    #[test]
    fn the_slower_one_of_the_middle_two_counts() {
        let mut all = vec![
            answered("2026-03-01T09:00:00Z", 1),
            answered("2026-03-01T09:00:00Z", 2),
            answered("2026-03-01T09:00:00Z", 25),
            answered("2026-03-01T09:00:00Z", 72),
        ];
        let until_gone = |all: &[Question]| {
            let mut days = told(all);
            days.pop();
            days
        };
        assert_eq!(until_gone(&all), ["2026-03-03 up_to_24h", "2026-03-05 25_to_72h"]);
        all.extend([answered("2026-03-01T09:00:00Z", 300); 4]);
        assert_eq!(until_gone(&all), ["2026-03-03 up_to_24h", "2026-03-05 over_72h"]);
    }

    #[test]
    fn a_question_without_an_answer_is_late_once_three_days_have_passed() {
        let open = Question {
            answered_at: None,
            ended_at: None,
            ..answered("2026-03-01T00:00:00Z", 0)
        };
        assert_eq!(told(&[open; 3])[0], "2026-03-04 over_72h");
        // Answered later, it stays what it was: nobody knew then.
        let late = answered("2026-03-01T00:00:00Z", 400);
        assert_eq!(told(&[late; 3]), ["2026-03-04 over_72h", "2026-05-31 -"]);
        let lapsed = Question {
            ended_at: Some(at("2026-03-02T12:00:00Z")),
            ..open
        };
        assert_eq!(told(&[lapsed; 3])[0], "2026-03-03 over_72h");
        let withdrawn = |ended: &str| Question {
            ended_at: Some(at(ended)),
            withdrawn: true,
            ..open
        };
        assert_eq!(told(&[withdrawn("2026-03-03T00:00:00Z"); 3]), [""; 0]);
        assert_eq!(
            told(&[withdrawn("2026-03-08T00:00:00Z"); 3]),
            ["2026-03-04 over_72h", "2026-03-08 -"]
        );
    }
}
