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
    /// Still waiting; left out of the median, because how long they take is not known yet.
    pub open: u64,
    /// Taken back unanswered.
    pub withdrawn: u64,
    /// Never answered.
    pub lapsed: u64,
    /// The median time to the first answer over answered and lapsed questions, a lapsed one counting as longer than any;
    /// none where nothing is decided or half of them were never answered.
    pub median: Option<Duration>,
    /// Answered within 24 hours, of the questions that are that old or answered.
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
            let known = a.answered_at.is_some() || a.asked_at + day <= now;
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
            median: median(&kept),
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

fn median(all: &[&Asked]) -> Option<Duration> {
    let mut times: Vec<Option<Duration>> = all
        .iter()
        .filter(|a| a.state != RequestState::Open)
        .map(|a| a.answered_at.map(|at| at - a.asked_at))
        .collect();
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
    fn half_of_them_unanswered_has_no_median() {
        let all = [
            asked(0, Some(1), None, RequestState::Answered),
            asked(0, None, None, RequestState::Lapsed),
        ];
        assert_eq!(AnswerTimes::of(&all, at(200)).median, None);
        assert_eq!(AnswerTimes::of(&[], at(0)).median, None);
    }
}
