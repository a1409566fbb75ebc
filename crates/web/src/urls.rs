//! Every address, made in one place.

use docket_app::AuditFilter;
use docket_core::id::{
    CaseId, ClientId, ConnectionId, EventId, ExclusionId, HandoverId, HookId, IncidentId, JobId, NoticeId,
    PackId, PersonId, PlanId, RequestId, RuleId, SessionId, TokenId,
};
use docket_core::words::Turn;
use url::form_urlencoded::Serializer;

use crate::query::{
    DeadlinesQuery, ExclusionsQuery, FactorQuery, NOBODY, Pairs, QuestionsQuery, QueueQuery, ReportQuery,
    SlaQuery,
};

pub const HOME: &str = "/";
/// What each page is for, and the keys.
pub const HELP: &str = "/help";
pub const QUEUE: &str = "/queue";
pub const CASE: &str = "/cases/{id}";
pub const CASE_EVIDENCE: &str = "/cases/{id}/evidence";
pub const CASE_STATEMENT: &str = "/cases/{id}/statement";
pub const CASE_PREVIEW: &str = "/cases/{id}/preview";
pub const CASE_HISTORY: &str = "/cases/{id}/history";
pub const CASE_FILE: &str = "/cases/{id}/files/{sha256}";
pub const BUYER_FILE: &str = "/cases/{id}/buyer-file";
pub const DECIDE: &str = "/cases/{id}/decide";
pub const ADD_EVIDENCE: &str = "/cases/{id}/evidence/add";
pub const CHANGE_EVIDENCE: &str = "/cases/{id}/evidence/change";
pub const ASK_FROM_CASE: &str = "/cases/{id}/ask";
pub const SEND_DRAFT: &str = "/cases/{id}/draft/send";
pub const UNDO: &str = "/cases/{id}/undo";
pub const SAVE_DRAFT: &str = "/cases/{id}/draft/save";
pub const REVIEW_DRAFT: &str = "/cases/{id}/draft/review";
pub const APPROVE_DRAFT: &str = "/cases/{id}/draft/approve";
pub const RETURN_DRAFT: &str = "/cases/{id}/draft/return";
pub const ASSIGN: &str = "/cases/{id}/assign";
/// Takes a flag off, writes a note, wakes what was put aside, gives a draft up.
pub const CHANGE_CASE: &str = "/cases/{id}/change";
pub const DEADLINES: &str = "/deadlines";
pub const CALENDAR_MAKE: &str = "/deadlines/calendar/make";
pub const CALENDAR_OFF: &str = "/deadlines/calendar/off";
/// A person's deadlines, for whoever has the token.
pub const CALENDAR: &str = "/calendar/{token}/deadlines.ics";
pub const QUESTIONS: &str = "/questions";
/// Wording a question about a case, and asking it.
pub const ASK_QUESTION: &str = "/questions/ask";
pub const QUESTION: &str = "/questions/{id}";
pub const REMIND_QUESTION: &str = "/questions/{id}/remind";
pub const WITHDRAW_QUESTION: &str = "/questions/{id}/withdraw";
pub const QUESTION_LINK: &str = "/questions/{id}/link";
pub const CONFIRM_ANSWER: &str = "/questions/{id}/confirm";
/// Leads a client's own person to the page where they answer.
pub const ANSWER_QUESTION: &str = "/questions/{id}/answer";
pub const RECORD_ANSWER: &str = "/questions/{id}/record";
pub const INCIDENTS: &str = "/incidents";
pub const INCIDENT_CAUSE: &str = "/incidents/{id}/cause";
pub const UNMATCHED: &str = "/unmatched";
pub const JOIN_ORDER: &str = "/unmatched/join";
pub const SYNC: &str = "/sync";
pub const CONNECTION: &str = "/connections/{id}";
pub const SYNC_NOW: &str = "/connections/{id}/sync";
pub const CHECK_CONNECTION: &str = "/connections/{id}/check";
pub const PAUSE_CONNECTION: &str = "/connections/{id}/pause";
pub const RECORD_SETTING: &str = "/connections/{id}/settings";
pub const RETRY_JOB: &str = "/jobs/{id}/retry";
/// Plans of actions on many cases.
pub const BULK: &str = "/bulk";
pub const BULK_PLAN: &str = "/bulk/{id}";
pub const BULK_CONFIRM: &str = "/bulk/{id}/confirm";
pub const NEXT_CASE: &str = "/queue/next";
pub const SAVE_VIEW: &str = "/queue/views/keep";
pub const FORGET_VIEW: &str = "/queue/views/forget";
pub const HANDOVER: &str = "/handover";
pub const HANDOVER_LIST: &str = "/handover/{id}";
pub const CLIENTS: &str = "/clients";
pub const CLIENT: &str = "/clients/{id}";
pub const CONTRACTS: &str = "/clients/{id}/contracts";
pub const RULES: &str = "/rules";
pub const TRY_RULE: &str = "/rules/{id}/try";
pub const ACTIVATE_RULE: &str = "/rules/{id}/activate";
pub const RETIRE_RULE: &str = "/rules/{id}/retire";
pub const PERSON: &str = "/people/{id}";
pub const RESET_PERSON: &str = "/people/{id}/reset";
pub const CHANGE_ROLE: &str = "/people/{id}/role";
pub const DISABLE_PERSON: &str = "/people/{id}/disable";
pub const ENABLE_PERSON: &str = "/people/{id}/enable";
pub const SET_SKILLS: &str = "/people/{id}/skills";
pub const SEARCH: &str = "/search";
pub const WIN_RATE: &str = "/reports/win-rate";
pub const FACTORS: &str = "/reports/factors";
pub const SLA: &str = "/reports/sla";
pub const WIN_RATE_PDF: &str = "/reports/win-rate/pdf";
pub const FACTORS_PDF: &str = "/reports/factors/pdf";
pub const SLA_PDF: &str = "/reports/sla/pdf";
pub const QUEUE_CSV: &str = "/queue/csv";
pub const WIN_RATE_CSV: &str = "/reports/win-rate/csv";
pub const FACTORS_CSV: &str = "/reports/factors/csv";
pub const SLA_CSV: &str = "/reports/sla/csv";
pub const PACKS: &str = "/packs";
pub const PACK_FILE: &str = "/packs/{id}/files/{name}";
pub const APPROVE_PACK: &str = "/packs/{id}/approve";
pub const REJECT_PACK: &str = "/packs/{id}/reject";
pub const PACK_ANEW: &str = "/packs/{id}/anew";
/// The register of time that does not count.
pub const EXCLUSIONS: &str = "/exclusions";
pub const APPROVE_EXCLUSION: &str = "/exclusions/{id}/approve";
pub const REJECT_EXCLUSION: &str = "/exclusions/{id}/reject";
/// When people work; contracts name these.
pub const WORK_CALENDARS: &str = "/calendars";
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
/// Programs elsewhere that are told of what happens.
pub const HOOKS: &str = "/hooks";
pub const STOP_HOOK: &str = "/hooks/{id}/stop";
pub const DELIVER_AGAIN: &str = "/hooks/events/{id}/again";
pub const ACCOUNT_LOCALE: &str = "/account/locale";
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
    pub const FLAG: &str = "/api/v1/cases/{id}/flags/{flag}";
    pub const ASIDE: &str = "/api/v1/cases/{id}/aside";
    pub const EVIDENCE: &str = "/api/v1/cases/{id}/evidence";
    pub const CHECKLIST: &str = "/api/v1/cases/{id}/checklist";
    pub const SKIPPED: &str = "/api/v1/cases/{id}/checklist/{kind}/skip";
    pub const DRAFTS: &str = "/api/v1/drafts";
    pub const DRAFT: &str = "/api/v1/cases/{id}/draft";
    pub const DRAFT_REVIEW: &str = "/api/v1/cases/{id}/draft/review";
    pub const DRAFT_RETURN: &str = "/api/v1/cases/{id}/draft/return";
    pub const DRAFT_APPROVE: &str = "/api/v1/cases/{id}/draft/approve";
    pub const DRAFT_SEND: &str = "/api/v1/cases/{id}/draft/send";
    pub const RESPONSES: &str = "/api/v1/cases/{id}/responses";
    /// What is prepared and not sent yet.
    pub const RESPONSE: &str = "/api/v1/cases/{id}/response";
    pub const ASK: &str = "/api/v1/cases/{id}/requests";
    pub const BULK: &str = "/api/v1/bulk";
    pub const BULK_PLAN: &str = "/api/v1/bulk/{id}";
    pub const BULK_CONFIRM: &str = "/api/v1/bulk/{id}/confirm";
    pub const REQUESTS: &str = "/api/v1/requests";
    pub const REQUEST: &str = "/api/v1/requests/{id}";
    pub const WITHDRAW: &str = "/api/v1/requests/{id}/withdraw";
    pub const NOTICES: &str = "/api/v1/notices";
    pub const NOTICE_SEEN: &str = "/api/v1/notices/{id}/seen";
    pub const SEARCH: &str = "/api/v1/search";
    pub const CLIENTS: &str = "/api/v1/clients";
    pub const UNMATCHED: &str = "/api/v1/clients/{id}/unmatched";
    pub const JOIN_ORDER: &str = "/api/v1/clients/{id}/unmatched/join";
    pub const CONNECTIONS: &str = "/api/v1/connections";
    pub const SYNC: &str = "/api/v1/connections/{id}/sync";
    pub const INCIDENTS: &str = "/api/v1/incidents";
    pub const INCIDENT_CAUSE: &str = "/api/v1/incidents/{id}/cause";
    pub const RULES: &str = "/api/v1/rules";
    pub const TRY_RULE: &str = "/api/v1/rules/{id}/try";
    pub const ACTIVATE_RULE: &str = "/api/v1/rules/{id}/activate";
    pub const RETIRE_RULE: &str = "/api/v1/rules/{id}/retire";
    pub const WIN_RATE: &str = "/api/v1/reports/win-rate";
    pub const FACTORS: &str = "/api/v1/reports/factors";
    pub const SLA: &str = "/api/v1/reports/sla";
    pub const AUDIT: &str = "/api/v1/audit";
    pub const HOOKS: &str = "/api/v1/hooks";
    pub const HOOK: &str = "/api/v1/hooks/{id}";
    pub const DELIVERIES: &str = "/api/v1/hooks/{id}/deliveries";
    pub const DELIVER_AGAIN: &str = "/api/v1/deliveries/{id}/retry";
    pub const PIECE: &str = "/api/v1/cases/{id}/evidence/{piece}";
    pub const PIECE_CONFIRM: &str = "/api/v1/cases/{id}/evidence/{piece}/confirm";
    pub const CASE_FILE: &str = "/api/v1/cases/{id}/files/{sha256}";
    pub const PREVIEW: &str = "/api/v1/cases/{id}/preview";
    pub const ADVICE: &str = "/api/v1/cases/{id}/advice";
    pub const NEXT_CASE: &str = "/api/v1/next-case";
    pub const REMIND: &str = "/api/v1/requests/{id}/remind";
    pub const REQUEST_LINK: &str = "/api/v1/requests/{id}/link";
    pub const ANSWERS: &str = "/api/v1/requests/{id}/answers";
    pub const CONNECTION: &str = "/api/v1/connections/{id}";
    pub const CHECK: &str = "/api/v1/connections/{id}/check";
    pub const PAUSE: &str = "/api/v1/connections/{id}/pause";
    pub const SETTINGS: &str = "/api/v1/connections/{id}/settings";
    pub const JOBS: &str = "/api/v1/jobs";
    pub const RETRY_JOB: &str = "/api/v1/jobs/{id}/retry";
    pub const DEADLINES: &str = "/api/v1/deadlines";
    pub const HANDOVER: &str = "/api/v1/handover";
    pub const HANDOVERS: &str = "/api/v1/handovers";
    pub const SIGNED_HANDOVER: &str = "/api/v1/handovers/{id}";
    pub const VIEWS: &str = "/api/v1/views";
    pub const PEOPLE: &str = "/api/v1/people";
    pub const PACKS: &str = "/api/v1/packs";
    pub const PACK_FILE: &str = "/api/v1/packs/{id}/files/{name}";
    pub const APPROVE_PACK: &str = "/api/v1/packs/{id}/approve";
    pub const REJECT_PACK: &str = "/api/v1/packs/{id}/reject";
    pub const PACK_ANEW: &str = "/api/v1/packs/{id}/anew";
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

/// A file that the buyer gave to the platform.
pub fn buyer_file(id: CaseId, file: &str) -> String {
    let query = Serializer::new(String::new()).append_pair("id", file).finish();
    format!("{}?{query}", of(id, BUYER_FILE))
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

/// The connections after this one.
pub fn connections(after: ConnectionId) -> String {
    format!("{CONNECTIONS}?after={after}")
}

/// What nobody has seen yet, after a notice.
pub fn notices(after: Option<NoticeId>) -> String {
    after.map_or_else(|| NOTICES.to_owned(), |id| format!("{NOTICES}?after={id}"))
}

/// Marks a notice as seen.
pub fn notice_seen(id: NoticeId) -> String {
    format!("/notices/{id}/seen")
}

/// What was promised to a client, version by version.
pub fn contracts(id: ClientId) -> String {
    CONTRACTS.replace("{id}", &id.to_string())
}

/// Working calendars of a client or of all, with the form for the next version of one.
pub fn work_calendars(client: Option<ClientId>, name: Option<&str>) -> String {
    let client = client.map(|id| ("client", id.to_string()));
    let pairs = client
        .into_iter()
        .chain(name.map(|name| ("calendar", name.to_owned())));
    with(WORK_CALENDARS, &pairs.collect::<Vec<_>>())
}

/// The register of exclusions with these filters.
pub fn exclusions(query: &ExclusionsQuery) -> String {
    with(EXCLUSIONS, &query.pairs())
}

/// Lets an exclusion count.
pub fn approve_exclusion(id: ExclusionId) -> String {
    APPROVE_EXCLUSION.replace("{id}", &id.to_string())
}

/// Does not let an exclusion count.
pub fn reject_exclusion(id: ExclusionId) -> String {
    REJECT_EXCLUSION.replace("{id}", &id.to_string())
}

/// A file of a pack.
pub fn pack_file(id: PackId, name: &str) -> String {
    PACK_FILE.replace("{id}", &id.to_string()).replace("{name}", name)
}

/// Lets a pack go.
pub fn approve_pack(id: PackId) -> String {
    APPROVE_PACK.replace("{id}", &id.to_string())
}

/// Does not let a pack go.
pub fn reject_pack(id: PackId) -> String {
    REJECT_PACK.replace("{id}", &id.to_string())
}

/// Makes a rejected pack anew.
pub fn pack_anew(id: PackId) -> String {
    PACK_ANEW.replace("{id}", &id.to_string())
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
pub fn audit(filter: &AuditFilter, before: Option<i64>) -> String {
    let before = before.map(|number| number.to_string());
    let parts = [
        ("kind", &filter.kind),
        ("who", &filter.actor),
        ("before", &before),
    ];
    let mut query = Serializer::new(String::new());
    for (name, value) in parts {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    match query.finish().as_str() {
        "" => AUDIT.to_owned(),
        query => format!("{AUDIT}?{query}"),
    }
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
    } else if path.starts_with("/calendar/") {
        "/calendar/…"
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
        PACKS => Some(PACKS.to_owned()),
        WORK_CALENDARS => Some(WORK_CALENDARS.to_owned()),
        EXCLUSIONS => ExclusionsQuery::parse(&pairs).ok().map(|q| exclusions(&q)),
        DEADLINES => DeadlinesQuery::parse(&pairs).ok().map(|q| deadlines(&q)),
        QUESTIONS => QuestionsQuery::parse(&pairs).ok().map(|q| questions(&q)),
        UNMATCHED => Some(UNMATCHED.to_owned()),
        SYNC => Some(SYNC.to_owned()),
        HANDOVER => Some(HANDOVER.to_owned()),
        HELP => Some(HELP.to_owned()),
        CLIENTS => Some(CLIENTS.to_owned()),
        RULES => Some(RULES.to_owned()),
        INCIDENTS => Some(INCIDENTS.to_owned()),
        SEARCH => pairs
            .iter()
            .find(|(name, _)| name == "q")
            .map(|(_, term)| search(term)),
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
    // A query may hold both as they are (RFC 3986, 3.4), and pages hold hundreds of these addresses.
    with(QUEUE, &query.pairs())
        .replace("%3A", ":")
        .replace("%2F", "/")
}

/// The queue's usual view: what is open.
pub fn open_cases() -> String {
    queue(&QueueQuery {
        open: true,
        ..QueueQuery::default()
    })
}

/// Questions to clients with these filters.
pub fn questions(query: &QuestionsQuery) -> String {
    with(QUESTIONS, &query.pairs())
}

/// The page of a question.
pub fn question(id: RequestId) -> String {
    format!("/questions/{id}")
}

/// Reminds a client of a question.
pub fn remind_question(id: RequestId) -> String {
    format!("/questions/{id}/remind")
}

/// Takes a question back.
pub fn withdraw_question(id: RequestId) -> String {
    format!("/questions/{id}/withdraw")
}

/// Makes a further address of a question's page.
pub fn question_link(id: RequestId) -> String {
    format!("/questions/{id}/link")
}

/// Says what a file of an answer shows.
pub fn confirm_answer(id: RequestId) -> String {
    format!("/questions/{id}/confirm")
}

/// Enters what a client answered by mail.
pub fn record_answer(id: RequestId) -> String {
    RECORD_ANSWER.replace("{id}", &id.to_string())
}

/// Leads a client's own person to the page where they answer.
pub fn answer_question(id: RequestId) -> String {
    format!("/questions/{id}/answer")
}

/// Wording a question about a case.
pub fn ask_question(case: CaseId) -> String {
    with(ASK_QUESTION, &[("case", case.to_string())])
}

/// Missed deadlines before one of them.
pub fn incidents(before: Option<IncidentId>) -> String {
    with(
        INCIDENTS,
        &before
            .map(|id| ("before", id.to_string()))
            .into_iter()
            .collect::<Vec<_>>(),
    )
}

/// Says what a missed deadline is put down to.
pub fn incident_cause(id: IncidentId) -> String {
    format!("/incidents/{id}/cause")
}

/// What waits for a person to say where it belongs, of a client or of all.
pub fn unmatched(client: Option<ClientId>, after: Option<&str>) -> String {
    let client = client.map(|id| ("client", id.to_string()));
    let pairs = client
        .into_iter()
        .chain(after.map(|key| ("after", key.to_owned())));
    with(UNMATCHED, &pairs.collect::<Vec<_>>())
}

/// The clients after this one.
pub fn clients(after: ClientId) -> String {
    format!("{CLIENTS}?after={after}")
}

/// The sync page from the connection after this one on.
pub fn sync(after: ConnectionId) -> String {
    format!("{SYNC}?after={after}")
}

/// The packs after this one.
pub fn packs(after: PackId) -> String {
    format!("{PACKS}?after={after}")
}

/// The sync page, after something was queued.
pub fn sync_queued() -> String {
    with(SYNC, &[("queued", "1".to_owned())])
}

/// The page of a client.
pub fn client(id: ClientId) -> String {
    format!("/clients/{id}")
}

/// The page of a connection.
pub fn connection(id: ConnectionId) -> String {
    format!("/connections/{id}")
}

/// The page of a connection, after something was queued.
pub fn connection_queued(id: ConnectionId) -> String {
    with(&connection(id), &[("queued", "1".to_owned())])
}

/// Queues a sync of a connection.
pub fn sync_now(id: ConnectionId) -> String {
    format!("/connections/{id}/sync")
}

/// Asks the platform what a connection's account permits.
pub fn check_connection(id: ConnectionId) -> String {
    format!("/connections/{id}/check")
}

/// Pauses or resumes a connection.
pub fn pause_connection(id: ConnectionId) -> String {
    format!("/connections/{id}/pause")
}

/// Says how a connection's platform is set up.
pub fn record_setting(id: ConnectionId) -> String {
    format!("/connections/{id}/settings")
}

/// Starts a job again.
pub fn retry_job(id: JobId) -> String {
    format!("/jobs/{id}/retry")
}

/// A plan of an action on many cases.
pub fn bulk(id: PlanId) -> String {
    format!("{BULK}/{id}")
}

/// Carries a plan out.
pub fn bulk_confirm(id: PlanId) -> String {
    format!("{BULK}/{id}/confirm")
}

/// Where nothing waits for anybody.
pub fn nothing_next() -> String {
    queue(&QueueQuery {
        turn: Some(Turn::Ours),
        open: true,
        assignee: Some(NOBODY.to_owned()),
        ..QueueQuery::default()
    })
}

/// A hand-over list that was signed off.
pub fn handover(id: HandoverId) -> String {
    format!("{HANDOVER}/{id}")
}

/// The hand-over list of now: everybody's or one's own.
pub fn handover_of(everybodys: bool) -> String {
    let all = everybodys.then(|| ("of", "all".to_owned()));
    with(HANDOVER, &all.into_iter().collect::<Vec<_>>())
}

/// Looks at what a rule would do.
pub fn try_rule(id: RuleId) -> String {
    format!("{RULES}/{id}/try")
}

/// Lets a rule act.
pub fn activate_rule(id: RuleId) -> String {
    format!("{RULES}/{id}/activate")
}

/// Ends a rule.
pub fn retire_rule(id: RuleId) -> String {
    format!("{RULES}/{id}/retire")
}

/// How telling one hook went, before an event.
pub fn hook_log(id: HookId, before: Option<EventId>) -> String {
    match before {
        None => format!("{HOOKS}?hook={id}"),
        Some(event) => format!("{HOOKS}?hook={id}&before={event}"),
    }
}

/// Tells somebody no more.
pub fn stop_hook(id: HookId) -> String {
    STOP_HOOK.replace("{id}", &id.to_string())
}

/// Tries an event again.
pub fn deliver_again(id: EventId) -> String {
    DELIVER_AGAIN.replace("{id}", &id.to_string())
}

/// A further page of a hand-over list.
pub fn handover_page(list: &str, page: usize) -> String {
    format!("{list}{}page={page}", if list.contains('?') { '&' } else { '?' })
}

/// The people after this one.
pub fn people(after: PersonId) -> String {
    format!("{PEOPLE}?after={after}")
}

/// The page of a person.
pub fn person(id: PersonId) -> String {
    format!("{PEOPLE}/{id}")
}

/// Makes a link for a new password.
pub fn reset_person(id: PersonId) -> String {
    format!("{PEOPLE}/{id}/reset")
}

/// Gives a person another role.
pub fn change_role(id: PersonId) -> String {
    format!("{PEOPLE}/{id}/role")
}

/// Lets a person in no more.
pub fn disable_person(id: PersonId) -> String {
    format!("{PEOPLE}/{id}/disable")
}

/// Lets a person in again.
pub fn enable_person(id: PersonId) -> String {
    format!("{PEOPLE}/{id}/enable")
}

/// Says what a person is good at.
pub fn set_skills(id: PersonId) -> String {
    format!("{PEOPLE}/{id}/skills")
}

/// What a term leads to.
pub fn search(term: &str) -> String {
    with(SEARCH, &[("q", term.to_owned())])
}

/// The deadline wall with these filters.
pub fn deadlines(query: &DeadlinesQuery) -> String {
    with(DEADLINES, &query.pairs())
}

/// The win-rate report for these choices.
pub fn win_rate(query: &ReportQuery) -> String {
    with(WIN_RATE, &query.pairs())
}

/// The factor report for these choices.
pub fn factors(query: &FactorQuery) -> String {
    with(FACTORS, &query.pairs())
}

/// Whether promises were kept, for these choices.
pub fn sla(query: &SlaQuery) -> String {
    with(SLA, &query.pairs())
}

/// An address with these choices.
pub fn with(path: &str, pairs: &[(&'static str, String)]) -> String {
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
