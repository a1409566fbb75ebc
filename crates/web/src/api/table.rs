//! What each door of programs is for.

use axum::http::StatusCode;

use super::document::About;
use super::{
    audit, bulk, cases, change, connections, content, day, desk, drafts, evidence, hooks, incidents, notices,
    packs, reports, requests, rules, search,
};
use crate::doors::Door;

/// What a door is for; none for doors of people.
pub fn about(door: Door) -> Option<About> {
    Some(match door {
        Door::ApiDocument => About::open("This document"),
        Door::ApiMe => About::one("For whom the token acts, and what it opens", "Me"),
        Door::ApiCases => About::page("Cases, the next action first", "Case").query::<cases::Filter>(),
        Door::ApiCase => About::one(
            "One case with its rounds, facts, draft and responses",
            "WholeCase",
        ),
        Door::ApiHistory => {
            About::page("A case's history, oldest first", "HistoryRow").query::<cases::Pages>()
        }
        Door::ApiAssign => About::one("Give a case to somebody, or to nobody", "Case")
            .body::<change::Assignment>()
            .edits(),
        Door::ApiNote => About::one("Write a note into a case's history", "Case").body::<change::Note>(),
        Door::ApiClearFlag => About::one("Take a flag off a case, once a person has looked", "Case"),
        Door::ApiWake => About::nothing("Take a case up that was put aside"),
        Door::ApiEvidence => About::page("What was brought to a case, all at once", "Evidence"),
        Door::ApiChecklist => About::one("What a case needs, has and lacks", "Checklist"),
        Door::ApiAddEvidence => {
            About::made("Bring evidence", StatusCode::CREATED, "Evidence").body::<evidence::Piece>()
        }
        Door::ApiSkip => About::nothing("Say that a kind of evidence does not apply").body::<evidence::Why>(),
        Door::ApiUnskip => About::nothing("Say that a kind of evidence applies after all"),
        Door::ApiDrafts => About::page(
            "What is being written or waits for a second person, oldest first",
            "DraftRow",
        )
        .query::<drafts::Filter>(),
        Door::ApiDraft => About::one("The newest draft of a case, with every version", "Draft"),
        Door::ApiSaveDraft => About::one(
            "Save a draft; the answer to a stale one tells who changed what",
            "Draft",
        )
        .body::<content::Content>()
        .edits(),
        Door::ApiDiscardDraft => About::nothing("Give a draft up").edits(),
        Door::ApiReviewDraft => About::one("Ask a second person to check a draft", "Draft").edits(),
        Door::ApiReturnDraft => About::one("Give a draft back to be changed", "Draft")
            .body::<drafts::Back>()
            .edits(),
        Door::ApiApproveDraft => About::made(
            "Approve what somebody else wrote: it is queued, and the worker sends it",
            StatusCode::ACCEPTED,
            "Submission",
        )
        .edits(),
        Door::ApiSendDraft => About::made(
            "Send a draft without a second person, where none is needed",
            StatusCode::ACCEPTED,
            "Submission",
        )
        .body::<drafts::Sure>()
        .edits(),
        Door::ApiResponses => About::page(
            "Responses of a case with what became of each, oldest first and all at once",
            "Submission",
        ),
        Door::ApiCancelResponse => About::nothing("Take back a response that is prepared and not sent yet"),
        Door::ApiPlanBulk => About::made(
            "Plan an action on many cases: nothing happens before the plan is confirmed",
            StatusCode::CREATED,
            "Plan",
        )
        .body::<bulk::Wish>()
        .also(bulk::ALSO),
        Door::ApiBulkPlan => About::one("A plan of the token's person, and what came of it", "Plan"),
        Door::ApiBulkConfirm => About::one(
            "Carry a plan out, once however often it is asked for; what changed since it was made is left as it is",
            "Plan",
        )
        .also(bulk::ALSO),
        Door::ApiRequests => {
            About::page("Questions to clients, oldest first", "Request").query::<requests::Filter>()
        }
        Door::ApiRequest => About::one("One question with its answers", "Request"),
        Door::ApiAsk => {
            About::made("Ask a client", StatusCode::CREATED, "Request").body::<requests::Question>()
        }
        Door::ApiWithdraw => About::one("Take a question back", "Request"),
        Door::ApiNotices => {
            About::page("What people are told, oldest first", "Notice").query::<notices::Filter>()
        }
        Door::ApiNoticeSeen => About::nothing("Mark a notice as seen"),
        Door::ApiSearch => About::one(
            "What a term leads to: an order, a tracking number, any id, a buyer, a name. Clients, connections, missed deadlines and \
             orders of files only with `desk:read`",
            "Found",
        )
        .query::<search::Term>(),
        Door::ApiClients => About::page("Clients, the oldest first", "Client").query::<cases::Pages>(),
        Door::ApiUnmatched => {
            About::page("Orders of a client that belong to no case yet", "Unmatched").query::<cases::Pages>()
        }
        Door::ApiJoinOrder => About::one(
            "Say that an order of a client's files belongs to a case, or does not",
            "Joined",
        )
        .body::<desk::Join>(),
        Door::ApiConnections => {
            About::page("Connections with their health, the oldest first", "Connection").query::<desk::Filter>()
        }
        Door::ApiSync => About::made(
            "Have a connection read now; its `synced_at` tells when that was done",
            StatusCode::ACCEPTED,
            "Connection",
        )
        .body::<desk::Reading>(),
        Door::ApiIncidents => {
            About::page("Missed deadlines, the newest first", "Incident").query::<incidents::Filter>()
        }
        Door::ApiIncidentCause => About::one(
            "Say what a missed deadline is put down to; the case's history keeps who, when and why",
            "Incident",
        )
        .body::<incidents::Decision>(),
        Door::ApiRules => About::page(
            "What clients want done, or never done, with cases of a kind, the oldest first",
            "Rule",
        )
        .query::<rules::Filter>(),
        Door::ApiAddRule => About::made(
            "Propose a rule, or another version of one: it only notes what it would touch",
            StatusCode::CREATED,
            "Rule",
        )
        .body::<rules::Wish>(),
        Door::ApiTryRule => About::one(
            "Look at what a rule would do and would have done, as somebody must before it may act",
            "TriedRule",
        ),
        Door::ApiActivateRule => {
            About::one("Let a rule act; not for the person who proposed it", "Rule")
        }
        Door::ApiRetireRule => About::one("End a rule; what it prepared stays until it is taken back", "Rule"),
        Door::ApiWinRate => About::one("Win rates with their definition, n and interval", "WinRateReport")
            .query::<reports::WinRate>(),
        Door::ApiFactors => {
            About::one("What is associated with winning and losing", "FactorReport").query::<reports::Of>()
        }
        Door::ApiSla => {
            About::one_or_all("Whether what was promised was kept", "SlaReport").query::<reports::Of>()
        }
        Door::ApiAudit => About::page("Who did what, the newest first", "AuditRow").query::<audit::Filter>(),
        Door::ApiHooks => {
            About::page("Who is or was told of what happens to cases, the oldest first", "Hook")
                .query::<cases::Pages>()
        }
        Door::ApiAddHook => About::made(
            "Tell an address of what happens to cases; the secret that signs is in this answer only",
            StatusCode::CREATED,
            "Hook",
        )
        .body::<hooks::Wish>(),
        Door::ApiStopHook => About::nothing("Tell an address no more"),
        Door::ApiDeliveries => {
            About::page("How telling it went, the newest first", "Delivery").query::<cases::Pages>()
        }
        Door::ApiDeliverAgain => About::made(
            "Have an event told again that was given up; the address knows it by its id",
            StatusCode::ACCEPTED,
            "Started",
        ),
        Door::ApiPiece => About::nothing("Take a piece of evidence back; the history keeps that it was there"),
        Door::ApiConfirmPiece => {
            About::nothing("Say what a file of the client shows: from then on it counts").body::<evidence::Shows>()
        }
        Door::ApiCaseFile => About::file("A file of a case, by the SHA-256 of its content"),
        Door::ApiPreview => About::one(
            "Exactly what the newest draft would send, and what speaks against it",
            "Preview",
        ),
        Door::ApiAdvice => About::open("What is recommended for a case, and why"),
        Door::ApiNextCase => About::one(
            "The person’s next case: their own most urgent one, else one that is nobody’s and now theirs",
            "NextCase",
        ),
        Door::ApiRemind => About::one("Remind a client by mail", "Request"),
        Door::ApiRequestLink => About::made(
            "A further address of a question’s page, told this once",
            StatusCode::CREATED,
            "RequestLink",
        ),
        Door::ApiAnswer => About::made(
            "Answer a question: as the client’s own person, or for what the client said by mail or telephone",
            StatusCode::CREATED,
            "Request",
        )
        .body::<requests::Given>(),
        Door::ApiConnection => About::one(
            "One connection with its settings checklist, its log and its jobs that gave up",
            "WholeConnection",
        ),
        Door::ApiCheckConnection => About::one("Ask the platform what the account permits", "WholeConnection"),
        Door::ApiPauseConnection => {
            About::one("Pause a connection", "WholeConnection").body::<connections::Pause>()
        }
        Door::ApiResumeConnection => About::one("Resume a connection", "WholeConnection"),
        Door::ApiRecordSetting => About::one(
            "Say how an item of the settings checklist is set at the platform",
            "WholeConnection",
        )
        .body::<connections::Said>(),
        Door::ApiJobs => About::page("Jobs that gave up, the oldest first and at most a hundred", "Job"),
        Door::ApiRetryJob => {
            About::made("Start a job that gave up again", StatusCode::ACCEPTED, "Started")
        }
        Door::ApiDeadlines => About::one(
            "Open cases that wait for us, by the hour of their deadline and by person",
            "Deadlines",
        )
        .query::<day::Zone>(),
        Door::ApiHandover => About::one("What is handed over now", "Handover").query::<day::Whose>(),
        Door::ApiSignHandover => About::made(
            "Sign off what the person hands over now",
            StatusCode::CREATED,
            "SignedHandover",
        )
        .body::<day::SignOff>(),
        Door::ApiHandovers => {
            About::page("The newest lists that were signed off, all at once", "SignedHandover")
        }
        Door::ApiSignedHandover => About::one("A list that was signed off, as it was then", "SignedHandover"),
        Door::ApiViews => About::page("Views of the queue that the person keeps, all at once", "View"),
        Door::ApiKeepView => {
            About::made("Keep a view of the queue under a name", StatusCode::CREATED, "View").body::<day::View>()
        }
        Door::ApiDropView => About::nothing("Forget a view of the queue").query::<day::Named>(),
        Door::ApiPeople => About::page("Who can log in; changed on the pages only", "Person"),
        Door::ApiPacks => About::page("Monthly packs, the newest month first", "Pack").query::<cases::Pages>(),
        Door::ApiPackFile => About::file("A file of a pack, as it was made"),
        Door::ApiApprovePack => About::one("Let a pack go to its client", "Pack"),
        Door::ApiRejectPack => About::one("Do not let a pack go", "Pack").body::<packs::Refusal>(),
        Door::ApiPackAnew => About::one("Make a rejected pack anew", "Pack"),
        _ => return None,
    })
}
