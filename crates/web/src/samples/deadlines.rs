//! Samples of the deadline wall.

use chrono::{DateTime, Duration, Utc};
use docket_app::{DeadlineHour, DeadlineWall};

use super::make::{NASTY, now};
use super::people::viewer;
use super::{Samples, house};
use crate::pages::deadlines::{CalendarState, DeadlinesView};
use crate::query::DeadlinesQuery;
use crate::show::Stamp;

pub fn wall(hours: Vec<DeadlineHour>) -> DeadlineWall {
    DeadlineWall {
        from: now(),
        to: now() - Duration::hours(9) + Duration::days(14),
        hours,
        passed: 2,
    }
}

fn due(at: DateTime<Utc>, assignee: Option<&str>, cases: i64) -> DeadlineHour {
    DeadlineHour {
        hour: at,
        assignee: assignee.map(str::to_owned),
        cases,
    }
}

impl Samples for DeadlinesView {
    fn samples() -> Vec<Self> {
        let client = house().client;
        let hour = |h: i64| now() + Duration::hours(h);
        let full = wall(vec![
            due(hour(0), None, 3),
            due(hour(0), Some(NASTY), 1),
            due(hour(20), Some("Mia"), 12),
            due(hour(200), None, 1_200),
        ]);
        let of = |query: &DeadlinesQuery, wall: &DeadlineWall, calendar| {
            Self::of(&viewer(), wall, query, std::slice::from_ref(&client), calendar)
        };
        let mine = DeadlinesQuery {
            client: Some(client.id.to_string()),
            assignee: Some(NASTY.to_owned()),
        };
        vec![
            of(&DeadlinesQuery::default(), &full, CalendarState::None),
            of(&mine, &full, CalendarState::Since(Stamp::of(now(), now()))),
            of(
                &DeadlinesQuery::default(),
                &wall(Vec::new()),
                CalendarState::Made(NASTY.to_owned()),
            ),
        ]
    }
}
