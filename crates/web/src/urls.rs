//! Every address, made in one place.

use docket_core::id::{CaseId, NoticeId, SessionId, TokenId};
use url::form_urlencoded::Serializer;

use crate::query::{FactorQuery, Pairs, QueueQuery, ReportQuery};

pub const HOME: &str = "/";
pub const QUEUE: &str = "/queue";
pub const CASE: &str = "/cases/{id}";
pub const CASE_EVIDENCE: &str = "/cases/{id}/evidence";
pub const CASE_STATEMENT: &str = "/cases/{id}/statement";
pub const CASE_PREVIEW: &str = "/cases/{id}/preview";
pub const CASE_HISTORY: &str = "/cases/{id}/history";
pub const CASE_FILE: &str = "/cases/{id}/files/{sha256}";
pub const DECIDE: &str = "/cases/{id}/decide";
pub const ADD_EVIDENCE: &str = "/cases/{id}/evidence/add";
pub const CHANGE_EVIDENCE: &str = "/cases/{id}/evidence/change";
pub const ASK_CLIENT: &str = "/cases/{id}/ask";
pub const SEND_DRAFT: &str = "/cases/{id}/draft/send";
pub const UNDO: &str = "/cases/{id}/undo";
pub const SAVE_DRAFT: &str = "/cases/{id}/draft/save";
pub const REVIEW_DRAFT: &str = "/cases/{id}/draft/review";
pub const APPROVE_DRAFT: &str = "/cases/{id}/draft/approve";
pub const RETURN_DRAFT: &str = "/cases/{id}/draft/return";
pub const ASSIGN: &str = "/cases/{id}/assign";
pub const WIN_RATE: &str = "/reports/win-rate";
pub const FACTORS: &str = "/reports/factors";
pub const SLA: &str = "/reports/sla";
pub const CONNECTIONS: &str = "/connections";
pub const NOTICES: &str = "/notices";
pub const NOTICE_SEEN: &str = "/notices/{id}/seen";
pub const WEBHOOK: &str = "/webhooks/{platform}/{connection}";
/// The page of a question to a client; who knows the token may answer.
pub const ASK: &str = "/ask/{token}";
pub const HEALTH: &str = "/healthz";
pub const LOG_IN: &str = "/log-in";
pub const LOG_OUT: &str = "/log-out";
/// Where a password is chosen, by whoever has the token.
pub const PASSWORD: &str = "/password/{token}";
pub const ACCOUNT: &str = "/account";
pub const ACCOUNT_PASSWORD: &str = "/account/password";
pub const ACCOUNT_SESSION: &str = "/account/devices/{id}/end";
pub const ACCOUNT_TOKENS: &str = "/account/tokens";
pub const ACCOUNT_TOKEN: &str = "/account/tokens/{id}/revoke";
pub const CODES_BEGIN: &str = "/account/codes/begin";
pub const CODES_CONFIRM: &str = "/account/codes/confirm";
pub const CODES_OFF: &str = "/account/codes/off";
pub const THEME: &str = "/account/theme";
pub const PEOPLE: &str = "/people";
pub const AUDIT: &str = "/audit";
/// Where programs ask.
pub mod api {
    pub const DOCUMENT: &str = "/api/v1/openapi.json";
    pub const ME: &str = "/api/v1/me";
    pub const CASES: &str = "/api/v1/cases";
    pub const CASE: &str = "/api/v1/cases/{id}";
    pub const HISTORY: &str = "/api/v1/cases/{id}/history";
    pub const ASSIGNEE: &str = "/api/v1/cases/{id}/assignee";
    pub const NOTES: &str = "/api/v1/cases/{id}/notes";
    pub const EVIDENCE: &str = "/api/v1/cases/{id}/evidence";
    pub const CHECKLIST: &str = "/api/v1/cases/{id}/checklist";
    pub const SKIPPED: &str = "/api/v1/cases/{id}/checklist/{kind}/skip";
    pub const DRAFTS: &str = "/api/v1/drafts";
    pub const DRAFT: &str = "/api/v1/cases/{id}/draft";
    pub const DRAFT_REVIEW: &str = "/api/v1/cases/{id}/draft/review";
    pub const DRAFT_RETURN: &str = "/api/v1/cases/{id}/draft/return";
    pub const DRAFT_APPROVE: &str = "/api/v1/cases/{id}/draft/approve";
    pub const DRAFT_SEND: &str = "/api/v1/cases/{id}/draft/send";
    pub const ASK: &str = "/api/v1/cases/{id}/requests";
    pub const REQUESTS: &str = "/api/v1/requests";
    pub const REQUEST: &str = "/api/v1/requests/{id}";
    pub const WITHDRAW: &str = "/api/v1/requests/{id}/withdraw";
    pub const NOTICES: &str = "/api/v1/notices";
    pub const NOTICE_SEEN: &str = "/api/v1/notices/{id}/seen";
    pub const CLIENTS: &str = "/api/v1/clients";
    pub const UNMATCHED: &str = "/api/v1/clients/{id}/unmatched";
    pub const CONNECTIONS: &str = "/api/v1/connections";
    pub const WIN_RATE: &str = "/api/v1/reports/win-rate";
    pub const FACTORS: &str = "/api/v1/reports/factors";
    pub const SLA: &str = "/api/v1/reports/sla";
    pub const AUDIT: &str = "/api/v1/audit";
    pub const HOOKS: &str = "/api/v1/hooks";
    pub const HOOK: &str = "/api/v1/hooks/{id}";
    pub const DELIVERIES: &str = "/api/v1/hooks/{id}/deliveries";
}

pub const STYLES: &str = "/assets/docket.css";
pub const SCRIPT: &str = "/assets/js/{name}";
pub const LIVE: &str = "/live";
pub const PALETTE: &str = "/palette";
pub const ICON: &str = "/assets/docket.svg";

/// The page of a case.
pub fn case(id: CaseId) -> String {
    format!("/cases/{id}")
}

/// A part of a case's workspace, or something to do in it: `of(id, CASE_EVIDENCE)`.
pub fn of(id: CaseId, path: &str) -> String {
    path.replace("{id}", &id.to_string())
}

/// A file of a case.
pub fn case_file(id: CaseId, sha256: &str) -> String {
    of(id, CASE_FILE).replace("{sha256}", sha256)
}

/// Saves a case's draft.
pub fn save_draft(id: CaseId) -> String {
    format!("/cases/{id}/draft/save")
}

/// Asks a second person to check a case's draft.
pub fn review_draft(id: CaseId) -> String {
    format!("/cases/{id}/draft/review")
}

/// Approves a case's draft.
pub fn approve_draft(id: CaseId) -> String {
    format!("/cases/{id}/draft/approve")
}

/// Gives a case's draft back.
pub fn return_draft(id: CaseId) -> String {
    format!("/cases/{id}/draft/return")
}

/// Gives a case to somebody.
pub fn assign(id: CaseId) -> String {
    format!("/cases/{id}/assign")
}

/// What nobody has seen yet, after a notice.
pub fn notices(after: Option<NoticeId>) -> String {
    after.map_or_else(|| NOTICES.to_owned(), |id| format!("{NOTICES}?after={id}"))
}

/// Marks a notice as seen.
pub fn notice_seen(id: NoticeId) -> String {
    format!("/notices/{id}/seen")
}

/// The page of a question to a client.
pub fn ask(token: &str) -> String {
    format!("/ask/{token}")
}

/// The page where a password is chosen.
pub fn password(token: &str) -> String {
    format!("/password/{token}")
}

/// Ends a session.
pub fn end_session(id: SessionId) -> String {
    format!("/account/devices/{id}/end")
}

/// Takes a token back.
pub fn revoke_token(id: TokenId) -> String {
    format!("/account/tokens/{id}/revoke")
}

/// The log before a row.
pub fn audit(before: Option<i64>) -> String {
    before.map_or_else(|| AUDIT.to_owned(), |number| format!("{AUDIT}?before={number}"))
}

/// Whether programs ask here.
pub fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// A path as it may stand in a log: the tokens of a question's page and of a password's are secrets.
pub fn loggable(path: &str) -> &str {
    if path.starts_with("/ask/") {
        "/ask/…"
    } else if path.starts_with("/password/") {
        "/password/…"
    } else {
        path
    }
}

/// The log-in page, which leads on to a page of ours if one was wanted.
pub fn log_in(wanted: Option<&str>) -> String {
    let next = wanted.and_then(own_page).filter(|page| *page != open_cases());
    with(
        LOG_IN,
        &next.map(|page| ("next", page)).into_iter().collect::<Vec<_>>(),
    )
}

/// A page of ours that an address names, made anew from its parts: whatever else it may be leads nowhere.
pub fn own_page(address: &str) -> Option<String> {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let pairs: Pairs = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    match path {
        QUEUE => QueueQuery::parse(&pairs).ok().map(|q| queue(&q)),
        WIN_RATE => ReportQuery::parse(&pairs).ok().map(|q| win_rate(&q)),
        FACTORS => FactorQuery::parse(&pairs).ok().map(|q| factors(&q)),
        CONNECTIONS => Some(CONNECTIONS.to_owned()),
        NOTICES => Some(NOTICES.to_owned()),
        ACCOUNT => Some(ACCOUNT.to_owned()),
        PEOPLE => Some(PEOPLE.to_owned()),
        AUDIT => Some(AUDIT.to_owned()),
        _ => {
            let rest = path.strip_prefix("/cases/")?;
            let (id, part) = rest
                .split_once('/')
                .map_or((rest, None), |(id, part)| (id, Some(part)));
            let id: CaseId = id.parse().ok()?;
            match part {
                None => Some(case(id)),
                Some("evidence") => Some(of(id, CASE_EVIDENCE)),
                Some("statement") => Some(of(id, CASE_STATEMENT)),
                Some("preview") => Some(of(id, CASE_PREVIEW)),
                Some("history") => Some(of(id, CASE_HISTORY)),
                Some(_) => None,
            }
        }
    }
}

/// The queue with these filters.
pub fn queue(query: &QueueQuery) -> String {
    with(QUEUE, &query.pairs())
}

/// The queue's usual view: what is open.
pub fn open_cases() -> String {
    queue(&QueueQuery {
        open: true,
        ..QueueQuery::default()
    })
}

/// The win-rate report for these choices.
pub fn win_rate(query: &ReportQuery) -> String {
    with(WIN_RATE, &query.pairs())
}

/// The factor report for these choices.
pub fn factors(query: &FactorQuery) -> String {
    with(FACTORS, &query.pairs())
}

fn with(path: &str, pairs: &[(&'static str, String)]) -> String {
    if pairs.is_empty() {
        return path.to_owned();
    }
    let query = Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{path}?{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_ours_are_led_to() {
        let case = "/cases/0190b0b0-0000-7000-8000-000000000000";
        for own in [
            case,
            "/cases/0190b0b0-0000-7000-8000-000000000000/preview",
            "/queue",
            "/queue?turn=ours&open=1",
            "/connections",
            "/reports/win-rate?by=month",
            "/account",
        ] {
            assert_eq!(own_page(own).as_deref(), Some(own));
        }
        for foreign in [
            "",
            "/",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example/queue",
            "/queue/../../evil",
            "javascript:alert(1)",
            "/cases/evil",
            "/cases/0190b0b0-0000-7000-8000-000000000000/undo",
            "/cases/0190b0b0-0000-7000-8000-000000000000/evidence/add",
            "/cases//evil.example",
            "/log-out",
            "/password/abc",
            "/queue?next=//evil.example",
            "/queue@evil.example",
            "\t/queue",
        ] {
            assert_eq!(own_page(foreign), None, "{foreign}");
        }
        assert_eq!(log_in(Some("//evil.example")), "/log-in");
        assert_eq!(
            log_in(Some("/queue?turn=ours")),
            "/log-in?next=%2Fqueue%3Fturn%3Dours"
        );
    }
}
