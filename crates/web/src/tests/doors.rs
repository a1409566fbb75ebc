//! Every door as everybody: through the real router, on a real database.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use docket_app::AuditFilter;
use docket_core::id::{CaseId, SessionId};
use docket_core::person::{Access, Role};
use docket_core::words::Outcome;
use docket_store::on_both;
use docket_store::testing::TestDb;

use super::desk::{Answer, LoggedIn, TestDesk, form, form_to};
use crate::doors::{Door, Method, Pass, Site, Who};
use crate::samples::make::Dispute;

/// Two clients with a case each, and the case of the first one's.
pub async fn house(db: TestDb) -> (TestDesk, [CaseId; 2], [docket_app::Client; 2]) {
    let test = TestDesk::on(db).await;
    let (first, second) = (test.client("Nordlicht").await, test.client("Southwind").await);
    let own = test.cases(&first, &[Dispute::ours("of-first")]).await[0];
    let won = Dispute::ended("won-second", Outcome::Won, true);
    let foreign = test.cases(&second, &[Dispute::ours("of-second"), won]).await[0];
    (test, [own, foreign], [first.0, second.0])
}

/// An address of a door, for a case.
pub fn address(door: Door, case: CaseId, test: &TestDesk) -> String {
    let id = match door {
        Door::EndSession => SessionId::new(&test.desk.env).to_string(),
        _ => case.to_string(),
    };
    door.entry()
        .path
        .replace("{id}", &id)
        .replace("{piece}", &id)
        .replace("{kind}", "tracking")
        .replace("{flag}", "vanished")
        .replace("{token}", "never-made")
        .replace("{sha256}", "00")
        .replace("{name}", "keys.js")
        .replace("{platform}", "paypal")
        .replace("{connection}", &id)
}

/// What an empty request gets from whoever may go through.
const fn reached(door: Door) -> u16 {
    match door {
        Door::Styles | Door::Icon | Door::Script | Door::Health | Door::LogInPage | Door::Palette => 200,
        // Only a page's script asks for the stream.
        Door::Live => 400,
        Door::Webhook | Door::Ask | Door::Calendar | Door::PasswordPage | Door::Password => 404,
        Door::LogIn => 422,
        Door::Home => 303,
        Door::Help => 200,
        Door::Queue
        | Door::Case
        | Door::WinRate
        | Door::Factors
        | Door::Sla
        | Door::Connections
        | Door::Notices => 200,
        Door::WinRatePdf | Door::FactorsPdf | Door::Packs => 200,
        Door::QueueCsv | Door::WinRateCsv | Door::FactorsCsv => 200,
        // A file of promises is of one client.
        Door::SlaPdf | Door::SlaCsv => 400,
        Door::Exclusions | Door::WorkCalendars => 200,
        Door::Contracts | Door::AddContract => 404,
        Door::AddWorkCalendar => 422,
        Door::ProposeExclusion => 422,
        Door::ApproveExclusion | Door::RejectExclusion => 404,
        Door::PackFile | Door::ApprovePack | Door::RejectPack | Door::PackAnew => 404,
        Door::Search | Door::Deadlines | Door::CalendarMake => 200,
        Door::CalendarOff => 303,
        Door::Questions | Door::Incidents | Door::Unmatched => 200,
        Door::JoinOrder => 400,
        Door::WordQuestion | Door::AskQuestion => 400,
        Door::Question | Door::RemindQuestion | Door::WithdrawQuestion | Door::QuestionLink => 404,
        Door::ConfirmAnswer | Door::AnswerQuestion | Door::RecordAnswer | Door::IncidentCause => 404,
        Door::Sync => 200,
        Door::Connection | Door::SyncNow | Door::CheckConnection | Door::RecordSetting => 404,
        Door::PauseConnection | Door::RetryJob => 404,
        Door::SaveView | Door::PlanBulk => 400,
        Door::ForgetView | Door::NextCase | Door::SignHandover => 303,
        Door::BulkPlan | Door::BulkConfirm | Door::HandoverList => 404,
        Door::Handover => 200,
        Door::Clients | Door::Rules => 200,
        Door::Client => 404,
        Door::AddRule | Door::AddPerson => 422,
        Door::TryRule | Door::ActivateRule | Door::RetireRule => 404,
        Door::Person => 404,
        Door::ResetPerson | Door::ChangeRole | Door::DisablePerson | Door::EnablePerson | Door::SetSkills => {
            404
        }
        Door::NoticeSeen => 404,
        Door::Hooks => 200,
        Door::AddHook => 422,
        Door::StopHook | Door::DeliverAgain => 404,
        Door::CaseEvidence | Door::CaseStatement | Door::CasePreview | Door::CaseHistory => 200,
        Door::CaseFile | Door::BuyerFile => 404,
        Door::Assign | Door::ChooseTheme | Door::ChooseLocale => 400,
        Door::Decide
        | Door::ChangeCase
        | Door::AddEvidence
        | Door::ChangeEvidence
        | Door::AskFromCase
        | Door::SendDraft
        | Door::Undo => 422,
        Door::SaveDraft | Door::ReviewDraft | Door::ApproveDraft | Door::ReturnDraft => 422,
        Door::Account | Door::People | Door::Audit => 200,
        Door::LogOut | Door::BeginCodes => 303,
        Door::EndSession | Door::RevokeToken => 404,
        Door::MakeToken => 422,
        Door::ChangePassword | Door::ConfirmCodes | Door::CodesOff => 422,
        Door::ApiDocument => 200,
        // Doors of programs are walked with tokens: no session opens them.
        _ => 401,
    }
}

async fn knock(test: &TestDesk, door: Door, case: CaseId, who: Option<&LoggedIn>) -> Answer {
    let url = address(door, case, test);
    let posts = match door.entry().method {
        Method::Get => false,
        Method::Post | Method::Put | Method::Delete => true,
        Method::Any => door == Door::Webhook,
    };
    if let Method::Put | Method::Delete = door.entry().method {
        let request = super::api::request(door, &url);
        return match who {
            Some(who) => test.send(test.as_of(who, request)).await,
            None => test.send(request).await,
        };
    }
    match (posts, who) {
        (false, Some(who)) => test.get_as(who, &url).await,
        (true, Some(who)) => test.post_as(who, &url, &[]).await,
        (false, None) => {
            test.send(Request::get(&url).header("host", "127.0.0.1:8080"))
                .await
        }
        (true, None) => test.post(&url, &[]).await,
    }
}

/// A form says that nobody is logged in, and shows what was typed; a page leads to the log-in.
fn wants_log_in(door: Door, answer: &Answer) -> bool {
    if door.entry().method == Method::Post {
        return answer.status == StatusCode::UNAUTHORIZED && answer.body.contains("Your session has ended");
    }
    let leads = answer
        .headers
        .get("location")
        .is_some_and(|l| l.as_bytes().starts_with(b"/log-in"));
    answer.status == StatusCode::SEE_OTHER && leads && !answer.headers.contains_key("set-cookie")
}

async fn every_door_lets_through_whom_the_table_says(db: TestDb) {
    let (test, [own, _], [client, _]) = house(db).await;
    for door in Door::ALL {
        let stranger = knock(&test, *door, own, None).await;
        match door.entry().who {
            Who::People(_) => assert!(wants_log_in(*door, &stranger), "{door:?}: {}", stranger.status),
            Who::Anyone | Who::Visitors | Who::Programs(..) => {
                assert_eq!(stranger.status, reached(*door), "{door:?}")
            }
        }
        for role in Role::ALL {
            // A session of its own for each: some doors end it.
            let access = Access::of(*role, (*role == Role::Client).then_some(client.id)).unwrap();
            let who = test.person(&format!("{role} {door:?}"), access).await;
            let answer = knock(&test, *door, own, Some(&who)).await;
            let expected = match door.pass(*role) {
                _ if matches!(door.entry().who, Who::Programs(..)) => 401,
                // A client's person has chosen its client already.
                Pass::Own if matches!(door, Door::SlaPdf | Door::SlaCsv) => 200,
                Pass::Yes | Pass::Own => reached(*door),
                Pass::No => 403,
            };
            assert_eq!(answer.status, expected, "{door:?} as {role}: {}", answer.body);
            assert!(answer.headers.contains_key("content-security-policy"), "{door:?}");
        }
    }
}

/// Said once more in full, so that no line of the table changes unseen.
#[test]
fn the_table_is_this() {
    let line = |door: &Door| {
        let entry = door.entry();
        let who = match entry.who {
            Who::Anyone => "anyone".to_owned(),
            Who::Visitors => "visitors".to_owned(),
            Who::People(_) | Who::Programs(..) => {
                let pass = |role: &Role| match door.pass(*role) {
                    Pass::Yes => Some(role.to_string()),
                    Pass::Own => Some(format!("{role} (own)")),
                    Pass::No => None,
                };
                Role::ALL.iter().filter_map(pass).collect::<Vec<_>>().join(", ")
            }
        };
        match entry.who.scope() {
            Some(scope) => format!("{:?} {} {scope}: {who}", entry.method, entry.path),
            None => format!("{:?} {}: {who}", entry.method, entry.path),
        }
    };
    let table: Vec<String> = Door::ALL.iter().map(line).collect();
    let expected = [
        "Get /assets/docket.css: anyone",
        "Get /assets/docket.svg: anyone",
        "Get /assets/js/{name}: anyone",
        "Get /healthz: anyone",
        "Any /webhooks/{platform}/{connection}: anyone",
        "Any /ask/{token}: anyone",
        "Get /calendar/{token}/deadlines.ics: anyone",
        "Get /log-in: visitors",
        "Post /log-in: visitors",
        "Get /password/{token}: visitors",
        "Post /password/{token}: visitors",
        "Get /: admin, lead, specialist, auditor, client (own)",
        "Get /help: admin, lead, specialist, auditor, client (own)",
        "Get /live: admin, lead, specialist, auditor, client (own)",
        "Get /palette: admin, lead, specialist, auditor, client (own)",
        "Get /queue: admin, lead, specialist, auditor, client (own)",
        "Get /cases/{id}: admin, lead, specialist, auditor, client (own)",
        "Post /queue/views/keep: admin, lead, specialist, auditor, client",
        "Post /queue/views/forget: admin, lead, specialist, auditor, client",
        "Post /queue/next: admin, lead, specialist",
        "Post /bulk: admin, lead, specialist",
        "Get /bulk/{id}: admin, lead, specialist",
        "Post /bulk/{id}/confirm: admin, lead, specialist",
        "Get /handover: admin, lead, specialist, auditor",
        "Get /handover/{id}: admin, lead, specialist, auditor",
        "Post /handover: admin, lead, specialist",
        "Get /clients: admin, lead, specialist, auditor",
        "Get /clients/{id}: admin, lead, specialist, auditor",
        "Get /clients/{id}/contracts: admin, lead, specialist, auditor",
        "Post /clients/{id}/contracts: admin, lead",
        "Get /rules: admin, lead, specialist, auditor",
        "Post /rules: admin, lead",
        "Post /rules/{id}/try: admin, lead, specialist",
        "Post /rules/{id}/activate: admin, lead",
        "Post /rules/{id}/retire: admin, lead",
        "Get /search: admin, lead, specialist, auditor, client (own)",
        "Get /deadlines: admin, lead, specialist, auditor",
        "Post /deadlines/calendar/make: admin, lead, specialist, auditor",
        "Post /deadlines/calendar/off: admin, lead, specialist, auditor",
        "Get /questions: admin, lead, specialist, auditor, client (own)",
        "Get /questions/ask: admin, lead, specialist",
        "Post /questions/ask: admin, lead, specialist",
        "Get /questions/{id}: admin, lead, specialist, auditor",
        "Post /questions/{id}/remind: admin, lead, specialist",
        "Post /questions/{id}/withdraw: admin, lead, specialist",
        "Post /questions/{id}/link: admin, lead, specialist",
        "Post /questions/{id}/confirm: admin, lead, specialist",
        "Post /questions/{id}/answer: client (own)",
        "Post /questions/{id}/record: admin, lead, specialist",
        "Get /incidents: admin, lead, specialist, auditor",
        "Post /incidents/{id}/cause: admin, lead",
        "Get /unmatched: admin, lead, specialist, auditor",
        "Post /unmatched/join: admin, lead, specialist",
        "Get /reports/win-rate: admin, lead, specialist, auditor, client (own)",
        "Get /reports/factors: admin, lead, specialist, auditor, client (own)",
        "Get /reports/sla: admin, lead, specialist, auditor, client (own)",
        "Get /reports/win-rate/pdf: admin, lead, specialist, auditor, client (own)",
        "Get /reports/factors/pdf: admin, lead, specialist, auditor, client (own)",
        "Get /reports/sla/pdf: admin, lead, specialist, auditor, client (own)",
        "Get /queue/csv: admin, lead, specialist, auditor, client (own)",
        "Get /reports/win-rate/csv: admin, lead, specialist, auditor, client (own)",
        "Get /reports/factors/csv: admin, lead, specialist, auditor, client (own)",
        "Get /reports/sla/csv: admin, lead, specialist, auditor, client (own)",
        "Get /packs: admin, lead, specialist, auditor, client (own)",
        "Get /packs/{id}/files/{name}: admin, lead, specialist, auditor, client (own)",
        "Post /packs/{id}/approve: admin, lead",
        "Post /packs/{id}/reject: admin, lead",
        "Post /packs/{id}/anew: admin, lead",
        "Get /exclusions: admin, lead, specialist, auditor",
        "Post /exclusions: admin, lead, specialist",
        "Post /exclusions/{id}/approve: admin, lead",
        "Post /exclusions/{id}/reject: admin, lead",
        "Get /calendars: admin, lead, specialist, auditor",
        "Post /calendars: admin, lead",
        "Get /connections: admin, lead, specialist, auditor",
        "Get /connections/{id}: admin, lead, specialist, auditor",
        "Get /sync: admin, lead, specialist, auditor",
        "Post /connections/{id}/sync: admin, lead, specialist",
        "Post /connections/{id}/check: admin, lead, specialist",
        "Post /connections/{id}/settings: admin, lead, specialist",
        "Post /connections/{id}/pause: admin, lead",
        "Post /jobs/{id}/retry: admin, lead, specialist",
        "Get /notices: admin, lead, specialist, auditor",
        "Post /notices/{id}/seen: admin, lead, specialist",
        "Post /cases/{id}/assign: admin, lead, specialist",
        "Post /cases/{id}/change: admin, lead, specialist",
        "Get /cases/{id}/evidence: admin, lead, specialist, auditor",
        "Get /cases/{id}/statement: admin, lead, specialist, auditor",
        "Get /cases/{id}/preview: admin, lead, specialist, auditor",
        "Get /cases/{id}/history: admin, lead, specialist, auditor",
        "Get /cases/{id}/files/{sha256}: admin, lead, specialist, auditor",
        "Get /cases/{id}/buyer-file: admin, lead, specialist, auditor",
        "Post /cases/{id}/decide: admin, lead, specialist",
        "Post /cases/{id}/evidence/add: admin, lead, specialist",
        "Post /cases/{id}/evidence/change: admin, lead, specialist",
        "Post /cases/{id}/ask: admin, lead, specialist",
        "Post /cases/{id}/draft/send: admin, lead, specialist",
        "Post /cases/{id}/undo: admin, lead, specialist",
        "Post /cases/{id}/draft/save: admin, lead, specialist",
        "Post /cases/{id}/draft/review: admin, lead, specialist",
        "Post /cases/{id}/draft/approve: admin, lead, specialist",
        "Post /cases/{id}/draft/return: admin, lead, specialist",
        "Get /account: admin, lead, specialist, auditor, client",
        "Post /log-out: admin, lead, specialist, auditor, client",
        "Post /account/password: admin, lead, specialist, auditor, client",
        "Post /account/devices/{id}/end: admin, lead, specialist, auditor, client",
        "Post /account/tokens: admin, lead, specialist, auditor, client",
        "Post /account/tokens/{id}/revoke: admin, lead, specialist, auditor, client",
        "Post /account/codes/begin: admin, lead, specialist, auditor, client",
        "Post /account/codes/confirm: admin, lead, specialist, auditor, client",
        "Post /account/codes/off: admin, lead, specialist, auditor, client",
        "Post /account/theme: admin, lead, specialist, auditor, client",
        "Post /account/locale: admin, lead, specialist, auditor, client",
        "Get /hooks: admin, lead",
        "Post /hooks: admin",
        "Post /hooks/{id}/stop: admin",
        "Post /hooks/events/{id}/again: admin, lead",
        "Get /people: admin",
        "Post /people: admin",
        "Get /people/{id}: admin",
        "Post /people/{id}/reset: admin",
        "Post /people/{id}/role: admin",
        "Post /people/{id}/disable: admin",
        "Post /people/{id}/enable: admin",
        "Post /people/{id}/skills: admin",
        "Get /audit: admin, lead, auditor",
        "Get /api/v1/openapi.json: anyone",
        "Get /api/v1/me: admin, lead, specialist, auditor, client (own)",
        "Get /api/v1/cases cases:read: admin, lead, specialist, auditor, client (own)",
        "Get /api/v1/cases/{id} cases:read: admin, lead, specialist, auditor, client (own)",
        "Get /api/v1/cases/{id}/history cases:read: admin, lead, specialist, auditor",
        "Put /api/v1/cases/{id}/assignee cases:write: admin, lead, specialist",
        "Post /api/v1/cases/{id}/notes cases:write: admin, lead, specialist",
        "Delete /api/v1/cases/{id}/flags/{flag} cases:write: admin, lead, specialist",
        "Delete /api/v1/cases/{id}/aside cases:write: admin, lead, specialist",
        "Get /api/v1/cases/{id}/evidence cases:read: admin, lead, specialist, auditor",
        "Get /api/v1/cases/{id}/checklist cases:read: admin, lead, specialist, auditor",
        "Post /api/v1/cases/{id}/evidence evidence:write: admin, lead, specialist",
        "Put /api/v1/cases/{id}/checklist/{kind}/skip evidence:write: admin, lead, specialist",
        "Delete /api/v1/cases/{id}/checklist/{kind}/skip evidence:write: admin, lead, specialist",
        "Get /api/v1/drafts cases:read: admin, lead, specialist, auditor",
        "Get /api/v1/cases/{id}/draft cases:read: admin, lead, specialist, auditor",
        "Put /api/v1/cases/{id}/draft drafts:write: admin, lead, specialist",
        "Delete /api/v1/cases/{id}/draft drafts:write: admin, lead, specialist",
        "Post /api/v1/cases/{id}/draft/review drafts:write: admin, lead, specialist",
        "Post /api/v1/cases/{id}/draft/return drafts:write: admin, lead, specialist",
        "Post /api/v1/cases/{id}/draft/approve drafts:send: admin, lead, specialist",
        "Post /api/v1/cases/{id}/draft/send drafts:send: admin, lead, specialist",
        "Get /api/v1/cases/{id}/responses cases:read: admin, lead, specialist, auditor",
        "Delete /api/v1/cases/{id}/response drafts:send: admin, lead, specialist",
        "Post /api/v1/bulk cases:write: admin, lead, specialist",
        "Get /api/v1/bulk/{id} cases:read: admin, lead, specialist",
        "Post /api/v1/bulk/{id}/confirm cases:write: admin, lead, specialist",
        "Get /api/v1/requests cases:read: admin, lead, specialist, auditor, client (own)",
        "Get /api/v1/requests/{id} cases:read: admin, lead, specialist, auditor, client (own)",
        "Post /api/v1/cases/{id}/requests requests:write: admin, lead, specialist",
        "Post /api/v1/requests/{id}/withdraw requests:write: admin, lead, specialist",
        "Get /api/v1/notices notices:read: admin, lead, specialist, auditor",
        "Post /api/v1/notices/{id}/seen notices:write: admin, lead, specialist",
        "Get /api/v1/search cases:read: admin, lead, specialist, auditor, client (own)",
        "Get /api/v1/clients desk:read: admin, lead, specialist, auditor",
        "Get /api/v1/clients/{id}/unmatched desk:read: admin, lead, specialist, auditor",
        "Post /api/v1/clients/{id}/unmatched/join cases:write: admin, lead, specialist",
        "Get /api/v1/connections desk:read: admin, lead, specialist, auditor",
        "Post /api/v1/connections/{id}/sync cases:write: admin, lead, specialist",
        "Get /api/v1/incidents desk:read: admin, lead, specialist, auditor",
        "Put /api/v1/incidents/{id}/cause cases:write: admin, lead",
        "Get /api/v1/rules desk:read: admin, lead, specialist, auditor",
        "Post /api/v1/rules drafts:write: admin, lead",
        "Post /api/v1/rules/{id}/try drafts:write: admin, lead, specialist",
        "Post /api/v1/rules/{id}/activate drafts:send: admin, lead",
        "Post /api/v1/rules/{id}/retire drafts:send: admin, lead",
        "Get /api/v1/reports/win-rate reports:read: admin, lead, specialist, auditor, client (own)",
        "Get /api/v1/reports/factors reports:read: admin, lead, specialist, auditor, client (own)",
        "Get /api/v1/reports/sla reports:read: admin, lead, specialist, auditor, client (own)",
        "Get /api/v1/audit audit:read: admin, lead, auditor",
        "Get /api/v1/hooks hooks:read: admin",
        "Post /api/v1/hooks hooks:write: admin",
        "Delete /api/v1/hooks/{id} hooks:write: admin",
        "Get /api/v1/hooks/{id}/deliveries hooks:read: admin",
        "Delete /api/v1/cases/{id}/evidence/{piece} evidence:write: admin, lead, specialist",
        "Post /api/v1/cases/{id}/evidence/{piece}/confirm evidence:write: admin, lead, specialist",
        "Get /api/v1/cases/{id}/files/{sha256} cases:read: admin, lead, specialist, auditor",
        "Get /api/v1/cases/{id}/preview cases:read: admin, lead, specialist, auditor",
        "Get /api/v1/cases/{id}/advice cases:read: admin, lead, specialist, auditor",
        "Post /api/v1/next-case cases:write: admin, lead, specialist",
        "Post /api/v1/requests/{id}/remind requests:write: admin, lead, specialist",
        "Post /api/v1/requests/{id}/link requests:write: admin, lead, specialist",
        "Post /api/v1/requests/{id}/answers requests:write: admin, lead, specialist, client (own)",
        "Get /api/v1/connections/{id} desk:read: admin, lead, specialist, auditor",
        "Post /api/v1/connections/{id}/check cases:write: admin, lead, specialist",
        "Put /api/v1/connections/{id}/pause cases:write: admin, lead",
        "Delete /api/v1/connections/{id}/pause cases:write: admin, lead",
        "Post /api/v1/connections/{id}/settings cases:write: admin, lead, specialist",
        "Get /api/v1/jobs desk:read: admin, lead, specialist, auditor",
        "Post /api/v1/jobs/{id}/retry cases:write: admin, lead, specialist",
        "Post /api/v1/deliveries/{id}/retry hooks:write: admin, lead",
        "Get /api/v1/deadlines cases:read: admin, lead, specialist, auditor",
        "Get /api/v1/handover cases:read: admin, lead, specialist, auditor",
        "Post /api/v1/handover cases:write: admin, lead, specialist",
        "Get /api/v1/handovers cases:read: admin, lead, specialist, auditor",
        "Get /api/v1/handovers/{id} cases:read: admin, lead, specialist, auditor",
        "Get /api/v1/views cases:read: admin, lead, specialist, auditor, client",
        "Post /api/v1/views cases:write: admin, lead, specialist, auditor, client",
        "Delete /api/v1/views cases:write: admin, lead, specialist, auditor, client",
        "Get /api/v1/people desk:read: admin",
        "Get /api/v1/packs reports:read: admin, lead, specialist, auditor, client (own)",
        "Get /api/v1/packs/{id}/files/{name} reports:read: admin, lead, specialist, auditor, client (own)",
        "Post /api/v1/packs/{id}/approve reports:send: admin, lead",
        "Post /api/v1/packs/{id}/reject reports:send: admin, lead",
        "Post /api/v1/packs/{id}/anew reports:send: admin, lead",
    ];
    assert_eq!(table, expected);
}

#[tokio::test]
async fn every_door_of_the_table_is_open_and_no_other() {
    let test = TestDesk::new().await;
    let doors = crate::doors(test.desk.clone(), Site::here());
    assert_eq!(doors.opened(), Door::ALL);
}

/// A route beside the table, or a read that is not of the session's scope, must not come back by habit.
#[test]
fn routes_and_scopes_come_from_one_place() {
    fn files(folder: &std::path::Path, into: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path, into);
            } else {
                into.push(path);
            }
        }
    }
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = Vec::new();
    files(&source, &mut all);
    let mut found = 0;
    for path in all {
        let name = path.strip_prefix(&source).unwrap().display().to_string();
        if name.starts_with("tests") || name.starts_with("samples") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            !text.contains("ClientScope::Agency"),
            "{name}: the scope is the viewer's"
        );
        for call in [
            ".route(",
            ".nest(",
            ".route_service(",
            ".nest_service(",
            "Router::new(",
        ] {
            assert!(
                !text.contains(call) || name == "doors.rs",
                "{name}: {call} beside the table"
            );
        }
        found += 1;
    }
    assert!(found > 20, "the rule has lost its object");
}

async fn a_client_cannot_tell_what_is_not_its_own_from_what_is_not_there(db: TestDb) {
    let (test, [own, foreign], [client, other]) = house(db).await;
    let ida = test.person("Ida", Access::Client(client.id)).await;
    let get = async |url: &str| test.get_as(&ida, url).await;
    let same = async |foreign: &str, missing: &str| {
        let (theirs, nothing) = (get(foreign).await, get(missing).await);
        assert_eq!(theirs.status, nothing.status, "{foreign}");
        let plain = |answer: &Answer, url: &str| {
            let id = url.rsplit(['/', '=']).next().unwrap_or_default().to_owned();
            answer.body.replace(&id, "ID")
        };
        assert_eq!(plain(&theirs, foreign), plain(&nothing, missing), "{foreign}");
        theirs.status
    };
    assert_eq!(get(&format!("/cases/{own}")).await.status, StatusCode::OK);
    let missing = CaseId::new(&test.desk.env);
    let status = same(&format!("/cases/{foreign}"), &format!("/cases/{missing}")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    for page in [
        "/queue",
        "/questions",
        "/reports/win-rate",
        "/reports/factors",
        "/reports/sla",
    ] {
        let nobody = docket_core::id::ClientId::new(&test.desk.env);
        let wanted = format!("{page}?client={}", other.id);
        assert_eq!(
            same(&wanted, &format!("{page}?client={nobody}")).await,
            StatusCode::BAD_REQUEST
        );
        same(
            &format!("{page}?client=Southwind"),
            &format!("{page}?client=Nowhere"),
        )
        .await;
    }
}

async fn a_clients_pages_show_its_own_and_no_word_of_another(db: TestDb) {
    let (test, [own, _], [client, _]) = house(db).await;
    let ida = test.person("Ida", Access::Client(client.id)).await;
    for url in [
        "/queue".to_owned(),
        "/queue?client=nordlicht".to_owned(),
        format!("/cases/{own}"),
        "/reports/win-rate".to_owned(),
        "/reports/factors".to_owned(),
        "/reports/factors?factor=delivery_timing&level=not_recorded".to_owned(),
        "/reports/sla".to_owned(),
        format!("/reports/win-rate?client={}&by=reason", client.id),
        "/account".to_owned(),
        "/questions".to_owned(),
        "/questions?state=answered".to_owned(),
        "/search?q=INV-2026-0815".to_owned(),
    ] {
        let page = test.get_as(&ida, &url).await;
        assert_eq!(page.status, StatusCode::OK, "{url}");
        for foreign in [
            "of-second",
            "won-second",
            "Southwind",
            "All clients",
            "/connections",
            "/people",
            "/audit",
        ] {
            assert!(!page.body.contains(foreign), "{url}: {foreign}");
        }
    }
    let queue = test.get_as(&ida, "/queue").await.body;
    assert!(queue.contains("of-first") && queue.contains("1 case,"), "{queue}");
    for inner in [
        "Needs a look",
        "Assignee",
        "Need a look",
        "packet complete",
        "triage",
        "Act now",
        "class=\"group\"",
    ] {
        assert!(!queue.contains(inner), "how it is worked on: {inner}");
    }
    for asked in ["assignee=Mia", "attention=any", "state=drafting", "awake=1"] {
        let refused = test.get_as(&ida, &format!("/queue?{asked}")).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{asked}");
    }
    for report in [
        "/reports/win-rate",
        "/reports/win-rate/csv",
        "/reports/win-rate/pdf",
    ] {
        let refused = test.get_as(&ida, &format!("{report}?by=specialist")).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{report}");
    }
    let rates = test.get_as(&ida, "/reports/win-rate").await.body;
    assert!(!rates.contains("value=\"specialist\""), "{rates}");
    let case = test.get_as(&ida, &format!("/cases/{own}")).await.body;
    assert!(case.contains("129.50 EUR") && case.contains("named by the platform"));
    for inner in [
        "docket ",
        "Recommendation",
        "What the platform allows",
        "Contributing factors",
        "id=\"history\"",
        "Our work",
        "Assignee",
        "Next step",
        "packet complete",
        "triage",
        "new</h2>",
    ] {
        assert!(!case.contains(inner), "how it is worked on: {inner}");
    }
    let staff = test.page(&format!("/cases/{own}")).await;
    assert!(staff.contains("What the platform allows"));
    let history = test.page(&format!("/cases/{own}/history")).await;
    assert!(history.contains("id=\"history\""));
}

on_both!(
    every_door_lets_through_whom_the_table_says,
    a_client_cannot_tell_what_is_not_its_own_from_what_is_not_there,
    a_clients_pages_show_its_own_and_no_word_of_another,
);

#[tokio::test]
async fn what_was_typed_is_shown_to_whoever_was_logged_out_over_it() {
    let test = TestDesk::new().await;
    let mia = test.person("Mia", Access::Lead).await;
    let (client, connection) = test.client("Nordlicht").await;
    let case = test.cases(&(client, connection), &[Dispute::ours("N-1")]).await[0];
    let url = format!("/cases/{case}/draft/save");
    let text = "It was delivered on <Tuesday> and signed for.";
    let fields = [("statement", text), ("with", "text"), ("based_on", "0")];
    assert!(test.desk.end_session(mia.session, mia.person.id).await.unwrap());
    let answer = test.post_as(&mia, &url, &fields).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(
        answer.body.contains("Your session has ended")
            && answer.body.contains("delivered on &#60;Tuesday&#62; and signed"),
        "{}",
        answer.body
    );
    // A script is told, instead of being led to a page that it would take for an answer.
    let asks = Request::get("/queue")
        .header("host", "127.0.0.1:8080")
        .header("sec-fetch-mode", "cors");
    let answer = test.send_with(test.as_of(&mia, asks), Body::empty()).await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (StatusCode::UNAUTHORIZED, "")
    );
}

#[tokio::test]
async fn no_form_is_taken_that_is_not_of_this_session() {
    let test = TestDesk::new().await;
    let (mia, jon) = (
        test.person("Mia", Access::Lead).await,
        test.person("Jon", Access::Lead).await,
    );
    let ida = {
        let (client, _) = test.client("Nordlicht").await;
        test.person("Ida", Access::Client(client.id)).await
    };
    let case = CaseId::new(&test.desk.env);
    let forms = Door::ALL
        .iter()
        .filter(|d| d.entry().method == Method::Post && !matches!(d.entry().who, Who::Programs(..)));
    let mut tried = 0;
    for door in forms {
        let url = address(*door, case, &test);
        // Who may not go through at all says nothing about the form.
        let all = [
            (Role::Lead, &mia),
            (Role::Client, &ida),
            (Role::Admin, &test.admin),
        ];
        let mia = all
            .iter()
            .find(|(role, _)| door.pass(*role) != Pass::No)
            .unwrap()
            .1;
        let theirs = jon.key();
        let own = mia.key();
        let same = |site: &str| {
            Request::post(&url)
                .header("host", "127.0.0.1:8080")
                .header("sec-fetch-site", site)
                .header("content-type", "application/x-www-form-urlencoded")
        };
        let from_elsewhere = same("cross-site");
        let answer = test
            .send_with(test.as_of(mia, from_elsewhere), form(&[("form_key", &own)]))
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{door:?} from another site");
        let origin = Request::post(&url)
            .header("host", "127.0.0.1:8080")
            .header("origin", "http://127.0.0.1:9999")
            .header("content-type", "application/x-www-form-urlencoded");
        let answer = test
            .send_with(test.as_of(mia, origin), form(&[("form_key", &own)]))
            .await;
        assert_eq!(
            answer.status,
            StatusCode::FORBIDDEN,
            "{door:?} from another origin"
        );
        if matches!(door.entry().who, Who::Visitors) {
            continue;
        }
        for fields in [
            &[][..],
            &[("form_key", "")][..],
            &[("form_key", theirs.as_str())][..],
        ] {
            let answer = test.send_with(test.as_of(mia, form_to(&url)), form(fields)).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{door:?} {fields:?}");
        }
        let json = Request::post(&url)
            .header("host", "127.0.0.1:8080")
            .header("content-type", "application/json");
        let answer = test.send_with(test.as_of(mia, json), Body::from("{}")).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{door:?}");
        let long = "x".repeat(400_000);
        let fields = [("form_key", own.as_str()), ("text", long.as_str())];
        let answer = test
            .send_with(test.as_of(mia, form_to(&url)), form(&fields))
            .await;
        assert_eq!(
            answer.status,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "{door:?} too long"
        );
        tried += 1;
    }
    assert!(tried >= 6);
    assert_eq!(
        test.get_as(&mia, "/account").await.status,
        StatusCode::OK,
        "nothing was done"
    );
    assert!(
        test.desk
            .audit_rows(None, &AuditFilter::default(), 10)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn what_is_changed_is_written_down_with_who_when_where_and_how_it_ended() {
    let test = TestDesk::new().await;
    let mia = test.person("Mia", Access::Lead).await;
    test.post_as(&mia, "/account/codes/confirm", &[("code", "123456")])
        .await;
    let other = test.person("Jon", Access::Lead).await.session;
    test.post_as(&mia, &format!("/account/devices/{other}/end"), &[])
        .await;
    test.post_as(&mia, "/log-out", &[]).await;
    let rows = test
        .desk
        .audit_rows(None, &AuditFilter::default(), 10)
        .await
        .unwrap();
    let told: Vec<String> = rows
        .iter()
        .rev()
        .map(|r| {
            let on = r.detail.as_ref().unwrap()["on"].as_str().unwrap().to_owned();
            assert_eq!((r.person, r.at), (Some(mia.person.id), test.desk.env.now()));
            format!("{} {} {} {on}", r.actor, r.kind, r.outcome.as_deref().unwrap())
        })
        .collect();
    assert_eq!(
        told,
        [
            "Mia confirm_codes refused /account/codes/confirm".to_owned(),
            format!("Mia end_session refused /account/devices/{other}/end"),
            "Mia log_out done /log-out".to_owned(),
        ]
    );
    assert_eq!(test.desk.db.verify_audit().await.unwrap(), None);
    let page = test.page("/audit").await;
    assert!(page.contains("Switch the authenticator app on") && page.contains("Mia"));
    // A name or a kind on it narrows the log to itself, and the chip leads back.
    assert!(page.contains("href=\"/audit?who=Mia\"") && page.contains("href=\"/audit?kind=log_out\""));
    let page = test.page("/audit?kind=log_out&who=Mia").await;
    assert!(
        page.contains("Log out") && !page.contains("Switch the authenticator app on"),
        "{page}"
    );
    assert!(page.contains("href=\"/audit?who=Mia\""), "without the kind");
    assert!(test.page("/audit?who=Nobody").await.contains("Nothing here"));
}
