//! What programs read: one JSON for the command line and for the API, so that both say the same to the last digit. What reports
//! say is in [`crate::figures`].

mod case;
mod desk;
mod draft;

pub use self::case::{Listed, case, checklist, history_row, request, round, submission};
pub use self::desk::{audit, client, connection, unmatched};
pub use self::draft::{conflict, draft, draft_row, next_step, versions};
