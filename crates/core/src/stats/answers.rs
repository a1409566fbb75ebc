//! How fast a client answers questions.

use chrono::{DateTime, Duration, Utc};

use super::Rate;
use crate::request::RequestState;

/// What is counted of one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// When the first answer came.
    pub answered_at: Option<DateTime<Utc>>,
    /// The case's deadline when it was asked.
    pub deadline: Option<DateTime<Utc>>,
    /// What became of it.
    pub state: RequestState,
}

/// Response times of a client. Questions that we took back count nowhere but in `withdrawn`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerTimes {
    /// Questions asked.
    pub asked: u64,
    /// Answered at least once.
    pub answered: u64,
    /// Still waiting.
    pub open: u64,
    /// Taken back unanswered.
    pub withdrawn: u64,
    /// Never answered.
    pub lapsed: u64,
    /// The median time to the first answer over answered and lapsed questions, a lapsed one counting as longer than any, and so
    /// does an open one that has waited longer than the median of the others; none where nothing is decided or half of them have no
    /// answer.
    pub median: Option<Duration>,
    /// Answered within 24 hours, of the questions that are that old.
    pub within_24h: Rate,
    /// Unanswered when 48 hours were left, of the questions asked before that instant of a deadline that has come.
    pub unanswered_at_48h: Rate,
}

impl AnswerTimes {
    /// Counts them as of `now`.
    pub fn of(all: &[Asked], now: DateTime<Utc>) -> Self {
        let count =
            |state| u64::try_from(all.iter().filter(|a| a.state == state).count()).unwrap_or(u64::MAX);
        let kept: Vec<&Asked> = all
            .iter()
            .filter(|a| a.state != RequestState::Withdrawn)
            .collect();
        let day = Duration::hours(24);
        let within_24h = rate(&kept, |a| {
            // A fast answer to a young question would count at once, a slow one only a day later.
            let known = a.asked_at + day <= now;
            known.then(|| a.answered_at.is_some_and(|at| at - a.asked_at <= day))
        });
        let unanswered_at_48h = rate(&kept, |a| {
            let instant = a.deadline? - Duration::hours(48);
            (a.asked_at < instant && instant <= now).then(|| a.answered_at.is_none_or(|at| at > instant))
        });
        Self {
            asked: u64::try_from(all.len()).unwrap_or(u64::MAX),
            answered: count(RequestState::Answered),
            open: count(RequestState::Open),
            withdrawn: count(RequestState::Withdrawn),
            lapsed: count(RequestState::Lapsed),
            median: median(&kept, now),
            within_24h,
            unanswered_at_48h,
        }
    }
}

/// `test` says whether a question is a hit, or nothing where it cannot be told yet.
fn rate(all: &[&Asked], test: impl Fn(&Asked) -> Option<bool>) -> Rate {
    let known: Vec<bool> = all.iter().filter_map(|a| test(a)).collect();
    let hits = known.iter().filter(|hit| **hit).count();
    let number = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    Rate::new(number(hits), number(known.len()))
}

fn median(all: &[&Asked], now: DateTime<Utc>) -> Option<Duration> {
    let (open, ended): (Vec<&Asked>, Vec<&Asked>) = all.iter().partition(|a| a.state == RequestState::Open);
    let mut times: Vec<Option<Duration>> = ended
        .iter()
        .map(|a| a.answered_at.map(|at| at - a.asked_at))
        .collect();
    let without = middle(&mut times)?;
    let longer = open.iter().filter(|a| now - a.asked_at > without);
    times.extend(longer.map(|_| None));
    middle(&mut times)
}

fn middle(times: &mut [Option<Duration>]) -> Option<Duration> {
    // Unanswered ones sort behind every answer.
    times.sort_by_key(|t| t.unwrap_or(Duration::MAX));
    let middle = times.len() / 2;
    let upper = (*times.get(middle)?)?;
    if times.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = (*times.get(middle.checked_sub(1)?)?)?;
    Some(lower + (upper - lower) / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap() + Duration::hours(hours)
    }

    fn asked(hour: i64, answered: Option<i64>, deadline: Option<i64>, state: RequestState) -> Asked {
        Asked {
            asked_at: at(hour),
            answered_at: answered.map(at),
            deadline: deadline.map(at),
            state,
        }
    }

    #[test]
    fn unanswered_questions_never_flatter() {
        let all = [
            asked(0, Some(10), Some(100), RequestState::Answered),
            asked(0, Some(30), Some(100), RequestState::Answered),
            asked(0, Some(60), Some(100), RequestState::Answered),
            asked(0, None, Some(100), RequestState::Lapsed),
            asked(0, None, Some(100), RequestState::Withdrawn),
            asked(195, None, Some(400), RequestState::Open),
        ];
        let times = AnswerTimes::of(&all, at(200));
        assert_eq!(
            (
                times.asked,
                times.answered,
                times.open,
                times.withdrawn,
                times.lapsed
            ),
            (6, 3, 1, 1, 1)
        );
        assert_eq!(times.median, Some(Duration::hours(45)), "of 10, 30, 60 and never");
        assert_eq!(
            times.within_24h,
            Rate::new(1, 4),
            "the young open one is not counted yet"
        );
        assert_eq!(
            times.unanswered_at_48h,
            Rate::new(2, 4),
            "one came too late, one never"
        );
    }

    #[test]
    fn what_waits_longer_than_the_others_took_is_no_fast_answer() {
        let answered = asked(0, Some(1), Some(100), RequestState::Answered);
        let open = asked(1, None, Some(100), RequestState::Open);
        let times = |all: &[Asked], hour| AnswerTimes::of(all, at(hour));
        assert_eq!(times(&[answered, open, open], 2).median, Some(Duration::hours(1)));
        assert_eq!(times(&[answered, open, open], 3).median, None);
        assert_eq!(
            times(&[answered, answered, open], 3).median,
            Some(Duration::hours(1))
        );
        assert_eq!(
            times(&[answered, open], 23).within_24h,
            Rate::default(),
            "neither is a day old"
        );
        assert_eq!(times(&[answered, open], 25).within_24h, Rate::new(1, 2));
    }

    #[test]
    fn half_of_them_unanswered_has_no_median() {
        let all = [
            asked(0, Some(1), None, RequestState::Answered),
            asked(0, None, None, RequestState::Lapsed),
        ];
        assert_eq!(AnswerTimes::of(&all, at(200)).median, None);
        assert_eq!(AnswerTimes::of(&[], at(0)).median, None);
    }
}
