//! What programs read of cases and of the desk: one JSON for the command line and for the API. Reports have theirs in
//! [`crate::figures`].

mod bulk;
mod case;
mod desk;
mod draft;
mod rule;
mod work;

pub use self::bulk::plan;
pub use self::case::{Listed, case, checklist, found_case, history_row, request, round, submission};
pub use self::desk::{audit, client, connection, incident, unmatched};
pub use self::draft::{conflict, draft, draft_row, next_step, versions};
pub use self::rule::{rule, tried};
pub use self::work::{connection_view, deadlines, handover, job, person, preview, signed_handover};
