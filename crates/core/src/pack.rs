//! Monthly packs of reports for a client: when a month is over where the client is, and what may become of a pack.

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// A zone of the IANA database, such as `Europe/Amsterdam`.
pub use chrono_tz::Tz as Zone;

use crate::id::{ClientId, PackId};
use crate::sla::start_of_day;
use crate::words::{Language, words};

words! {
    /// What became of a pack.
    PackState, "state of a pack" {
        /// It waits for a lead.
        Waiting = "waiting",
        /// A lead approved it; it is on its way to the mail server.
        Approved = "approved",
        /// It is being handed to the mail server.
        Sending = "sending",
        /// The mail server took it.
        Sent = "sent",
        /// It is not known whether the mail server took it; a person must ask the client.
        Unconfirmed = "unconfirmed",
        /// A lead did not let it go.
        Rejected = "rejected",
    }
}

/// That a client gets a pack each month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PackSubscription {
    /// The client.
    pub client: ClientId,
    /// Where a month ends for it.
    pub zone: Zone,
    /// The language of its reports.
    pub language: Language,
    /// Addresses.
    pub recipients: Vec<String>,
    /// When the month that runs is over.
    pub next_at: DateTime<Utc>,
    /// Who set it.
    pub set_by: String,
    /// When.
    pub set_at: DateTime<Utc>,
    /// Since when it gets none any more.
    pub ended_at: Option<DateTime<Utc>>,
}

/// A file of a pack, kept by its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackFile {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// SHA-256 of its content, in hex.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
    /// Whether it goes out with the mail; what does not is kept to recompute by.
    pub mailed: bool,
}

/// A pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pack {
    /// Its id, also the stable part of its Message-ID.
    pub id: PackId,
    /// The client.
    pub client: ClientId,
    /// The first day of its month.
    pub month: NaiveDate,
    /// Its language.
    pub language: Language,
    /// Addresses.
    pub recipients: Vec<String>,
    /// What became of it.
    pub state: PackState,
    /// Its files.
    pub files: Vec<PackFile>,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Which lead decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// When the mail server took it.
    pub sent_at: Option<DateTime<Utc>>,
    /// What is to be said of it: why it was rejected, or what the mail server said.
    pub note: Option<String>,
}

/// When the month that runs at an instant where the client is, is over: there, and in UTC, by which figures count their days.
pub fn month_over(zone: Zone, at: DateTime<Utc>) -> DateTime<Utc> {
    let next = first_of(at.with_timezone(&zone).date_naive()) + Months::new(1);
    start_of_day(zone, next).max(start_of_day(Zone::UTC, next))
}

/// The first day of the month that was over at its end.
pub fn month_before(zone: Zone, over: DateTime<Utc>) -> NaiveDate {
    first_of(over.with_timezone(&zone).date_naive()) - Months::new(1)
}

fn first_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_ends_where_the_client_is() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        for (zone, now, over, month) in [
            (
                "UTC",
                "2026-10-31T23:59:59Z",
                "2026-11-01T00:00:00Z",
                "2026-10-01",
            ),
            // Winter began on 25 October; summer on 29 March.
            (
                "Europe/Amsterdam",
                "2026-10-31T22:59:59Z",
                "2026-11-01T00:00:00Z",
                "2026-10-01",
            ),
            (
                "Europe/Amsterdam",
                "2026-10-31T23:00:00Z",
                "2026-12-01T00:00:00Z",
                "2026-11-01",
            ),
            (
                "Europe/Stockholm",
                "2026-03-30T12:00:00Z",
                "2026-04-01T00:00:00Z",
                "2026-03-01",
            ),
            (
                "Pacific/Auckland",
                "2026-12-31T10:59:59Z",
                "2027-01-01T00:00:00Z",
                "2026-12-01",
            ),
            (
                "America/Los_Angeles",
                "2027-01-01T07:59:59Z",
                "2027-01-01T08:00:00Z",
                "2026-12-01",
            ),
        ] {
            let zone: Zone = zone.parse().unwrap();
            assert_eq!(month_over(zone, at(now)), at(over), "{zone} {now}");
            assert_eq!(
                month_before(zone, at(over)),
                month.parse().unwrap(),
                "{zone} {now}"
            );
        }
    }
}
