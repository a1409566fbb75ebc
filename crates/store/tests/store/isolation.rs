//! No client sees another client, whatever is read.

use std::collections::BTreeSet;
use std::path::PathBuf;

use docket_core::dossier::{Goods, Provenance};
use docket_core::env::Env;
use docket_core::evidence::{EvidenceKind, Item, NotApplicable};
use docket_core::factor::{Factor, FactorKind};
use docket_core::fee::{FeeKind, FeeRule};
use docket_core::id::{
    CaseId, ClientId, ConnectionId, DraftId, EventId, EvidenceId, HookId, IncidentId, NoticeId, PackId,
    RequestId, RuleId, SubmissionId,
};
use docket_core::money::Money;
use docket_core::pack::{Pack, PackState, PackSubscription, Zone};
use docket_core::rule::{Hit, HitKind};
use docket_core::stats::Figure;
use docket_core::words::{Language, Outcome};
use docket_store::testing::TestDb;
use docket_store::{
    CaseFilter, ClientScope, Days, Db, GroupBy, MonthSales, NewWebhook, Setting, StoredEvidence, StoredFee,
    SyncRun, UnitOfWork, on_both,
};

use crate::support::*;

/// Every public read that takes a scope. A method that is missing here fails `every_scoped_read_is_in_the_table`.
const READS: &[&str] = &[
    "account_claims",
    "account_sales",
    "aside",
    "asked",
    "begun_drafts",
    "bought_by",
    "case",
    "cases",
    "cases_found",
    "cases_in",
    "cases_named",
    "checklist_marks",
    "client_tallies",
    "clients",
    "clients_after",
    "compared",
    "connection",
    "connections",
    "connections_after",
    "count_cases",
    "count_with_ours",
    "countries",
    "deadline_hours",
    "deliveries",
    "delivery",
    "draft_versions",
    "due_by_client",
    "earlier_order_bodies",
    "evidence",
    "factor_cases",
    "factor_levels",
    "factor_tallies",
    "factors",
    "failed_syncs",
    "fees",
    "flag_counts",
    "history",
    "incident",
    "incidents",
    "info_answers",
    "info_request",
    "info_requests",
    "info_requests_in",
    "info_requests_of",
    "latest_incidents",
    "limits",
    "loads",
    "mark",
    "newest_body",
    "newest_draft",
    "notice_seen",
    "notices",
    "open_drafts",
    "open_here",
    "open_questions",
    "open_webhooks",
    "order_body",
    "pack",
    "pack_subscriptions",
    "packets",
    "packs",
    "packs_after",
    "orders_found",
    "prepared_by",
    "requests_found",
    "rounds",
    "rule",
    "rule_hits",
    "rules",
    "rules_after",
    "rules_overridden",
    "settings_answers",
    "settings_at",
    "settings_history",
    "sla_calendars",
    "sla_contracts",
    "sla_events",
    "sla_exclusions",
    "sla_runs",
    "submission",
    "submissions",
    "submissions_of",
    "sync_runs",
    "tallied_cases",
    "tallies",
    "told",
    "unknown_codes",
    "unmatched",
];

/// Reads that need cases in states of their own, as one case cannot be: `rules.rs` has two clients for each of these.
const IN_RULES: &[&str] = &["decided", "rule_todo", "rule_touched", "rule_touches"];

async fn bring_evidence(unit: &mut UnitOfWork, owner: (CaseId, ClientId), env: &Env) {
    let item = Item {
        unconfirmed: false,
        seen: None,
        kind: EvidenceKind::ClaimAnswer,
        title: None,
        text: Some("It came on Monday.".to_owned()),
        tracking: None,
        refund_id: None,
        file: None,
        from: Provenance {
            by: "ada".to_owned(),
            at: start(),
            place: "typed in".to_owned(),
        },
    };
    let piece = StoredEvidence {
        id: EvidenceId::new(env),
        item,
        added_at: start(),
    };
    unit.add_evidence(owner, &piece).await.unwrap();
    unit.keep_packet(owner, "00", Language::English, start())
        .await
        .unwrap();
    let skipped = NotApplicable {
        kind: EvidenceKind::Signature,
        why: "a parcel without one".to_owned(),
        by: "ada".to_owned(),
        at: start(),
    };
    unit.skip_evidence(owner, &skipped).await.unwrap();
    unit.set_goods(owner, Goods::Digital, ("ada", start()))
        .await
        .unwrap();
}

struct Mine {
    client: ClientId,
    connection: ConnectionId,
    case: CaseId,
    dispute: String,
    submission: SubmissionId,
    incident: IncidentId,
    request: RequestId,
    notice: NoticeId,
    hook: HookId,
    event: EventId,
    draft: DraftId,
    rule: RuleId,
    pack: PackId,
}

fn days() -> Days {
    let day = chrono::Duration::days(1);
    Days::opened((start() - day).date_naive(), (start() + day).date_naive())
}

/// How many rows of `mine` a read shows within a scope.
async fn shown(db: &Db, read: &str, scope: ClientScope, mine: &Mine) -> usize {
    let filter = CaseFilter {
        connection: Some(mine.connection),
        ..CaseFilter::default()
    };
    match read {
        "asked" => {
            // Each client's own question has its own time.
            let own = db
                .info_request(ClientScope::Agency, mine.request)
                .await
                .unwrap()
                .unwrap();
            let all = db.asked(scope, chrono::DateTime::UNIX_EPOCH).await.unwrap();
            all.iter().filter(|a| a.asked_at == own.asked_at).count()
        }
        "bought_by" => db
            .bought_by(scope, std::slice::from_ref(&mine.dispute))
            .await
            .unwrap()
            .0
            .len(),
        "rule" => db.rule(scope, mine.rule).await.unwrap().iter().count(),
        "rule_hits" => db.rule_hits(scope, mine.rule).await.unwrap().len(),
        "rules" => {
            let all = db.rules(scope, true).await.unwrap();
            all.iter().filter(|r| r.client == mine.client).count()
        }
        "rules_after" => {
            let all = db.rules_after(scope, true, None, 10).await.unwrap();
            all.iter().filter(|r| r.client == mine.client).count()
        }
        "rules_overridden" => db.rules_overridden(scope, mine.case).await.unwrap().len(),
        "draft_versions" => db.draft_versions(scope, mine.draft).await.unwrap().len(),
        "newest_draft" => db.newest_draft(scope, mine.case).await.unwrap().iter().count(),
        "open_drafts" => {
            let all = db.open_drafts(scope, None, 10).await.unwrap();
            all.iter().filter(|d| d.client == mine.client).count()
        }
        "limits" => {
            let all = db.limits(scope).await.unwrap();
            all.iter().filter(|(client, _)| *client == mine.client).count()
        }
        "incident" => db.incident(scope, mine.incident).await.unwrap().iter().count(),
        "incidents" => {
            let all = db.incidents(scope, None, 10).await.unwrap();
            all.iter().filter(|i| i.client == mine.client).count()
        }
        "info_answers" => db.info_answers(scope, mine.request).await.unwrap().len(),
        "info_request" => db.info_request(scope, mine.request).await.unwrap().iter().count(),
        "info_requests" => {
            let all = db.info_requests(scope, None, 10).await.unwrap();
            all.iter().filter(|r| r.client == mine.client).count()
        }
        "info_requests_in" => {
            let state = docket_core::request::RequestState::Open;
            let all = db.info_requests_in(scope, state, None, 10).await.unwrap();
            all.iter().filter(|r| r.client == mine.client).count()
        }
        "latest_incidents" => {
            let all = db.latest_incidents(scope, None, 10).await.unwrap();
            all.iter().filter(|i| i.client == mine.client).count()
        }
        "info_requests_of" => db.info_requests_of(scope, mine.case).await.unwrap().len(),
        "deliveries" => db.deliveries(scope, mine.hook, None, 10).await.unwrap().len(),
        "delivery" => db.delivery(scope, mine.event).await.unwrap().iter().count(),
        "notice_seen" => {
            let mut unit = docket_store::UnitOfWork::begin(db).await.unwrap();
            usize::from(
                unit.notice_seen(scope, mine.notice, "ada", start())
                    .await
                    .unwrap(),
            )
        }
        "notices" => {
            let all = db.notices(scope, true, None, 10).await.unwrap();
            all.iter().filter(|n| n.client == mine.client).count()
        }
        "case" => db.case(scope, mine.case).await.unwrap().iter().count(),
        "cases" => db.cases(scope, &filter, None, 10).await.unwrap().len(),
        "cases_named" => db.cases_named(scope, &mine.dispute).await.unwrap().len(),
        "cases_found" => db.cases_found(scope, &mine.dispute).await.unwrap().len(),
        "cases_in" => db.cases_in(scope, &[mine.case]).await.unwrap().len(),
        "orders_found" => db.orders_found(scope, &mine.dispute).await.unwrap().len(),
        "requests_found" => db
            .requests_found(scope, &address_of(mine.client))
            .await
            .unwrap()
            .len(),
        "checklist_marks" => db.checklist_marks(scope, mine.case).await.unwrap().skipped.len(),
        "evidence" => db.evidence(scope, mine.case).await.unwrap().len(),
        "clients" => db
            .clients(scope)
            .await
            .unwrap()
            .iter()
            .filter(|c| c.id == mine.client)
            .count(),
        "clients_after" => {
            let all = db.clients_after(scope, None, 10).await.unwrap();
            all.iter().filter(|c| c.id == mine.client).count()
        }
        "connections_after" => {
            let all = db.connections_after(scope, None, 10).await.unwrap();
            all.iter().filter(|c| c.client == mine.client).count()
        }
        "connection" => db
            .connection(scope, mine.connection)
            .await
            .unwrap()
            .iter()
            .count(),
        "connections" => db
            .connections(scope)
            .await
            .unwrap()
            .iter()
            .filter(|c| c.client == mine.client)
            .count(),
        "count_with_ours" => usize::try_from(db.count_with_ours(scope, &filter).await.unwrap().0).unwrap(),
        "mark" => usize::try_from(db.mark(scope, &filter).await.unwrap().0).unwrap(),
        "count_cases" => usize::try_from(db.count_cases(scope, &filter).await.unwrap()).unwrap(),
        "due_by_client" => {
            let all = db
                .due_by_client(scope, start() + chrono::Duration::days(30))
                .await
                .unwrap();
            usize::from(all.contains_key(&mine.client))
        }
        "deadline_hours" => {
            // Each client's own case has its own person.
            let (from, to) = (start(), start() + chrono::Duration::days(30));
            let own = db
                .case(ClientScope::Agency, mine.case)
                .await
                .unwrap()
                .unwrap()
                .case
                .assignee;
            let all = db.deadline_hours(scope, (from, to)).await.unwrap();
            all.iter().filter(|h| h.assignee == own).count()
        }
        "factors" => db.factors(scope, mine.case).await.unwrap().len(),
        "flag_counts" => {
            // Each client's own case has its own flag.
            let own = db
                .case(ClientScope::Agency, mine.case)
                .await
                .unwrap()
                .unwrap()
                .case
                .attention;
            let all = db.flag_counts(scope).await.unwrap();
            own.iter().filter(|flag| all.contains_key(flag)).count()
        }
        "unknown_codes" => {
            let all = db.unknown_codes(scope).await.unwrap();
            all.keys().filter(|code| code.client == mine.client).count()
        }
        "history" => db.history(scope, mine.case.0, 0, 10).await.unwrap().len(),
        "aside" => usize::from(db.aside(scope, mine.case).await.unwrap().is_some()),
        "countries" => db.countries(scope, &[mine.case]).await.unwrap().len(),
        "loads" => {
            let own = db
                .case(ClientScope::Agency, mine.case)
                .await
                .unwrap()
                .unwrap()
                .case
                .assignee;
            let all = db.loads(scope).await.unwrap();
            all.iter().filter(|(name, _)| Some(name) == own.as_ref()).count()
        }
        "newest_body" => db.newest_body(scope, mine.case).await.unwrap().iter().count(),
        "open_webhooks" => db
            .open_webhooks(scope, 10)
            .await
            .unwrap()
            .iter()
            .filter(|w| w.connection() == mine.connection)
            .count(),
        "pack" => db.pack(scope, mine.pack).await.unwrap().iter().count(),
        "packs" => db
            .packs(scope)
            .await
            .unwrap()
            .iter()
            .filter(|p| p.id == mine.pack)
            .count(),
        "packs_after" => {
            let all = db.packs_after(scope, None, None, 100).await.unwrap();
            all.iter().filter(|p| p.id == mine.pack).count()
        }
        "pack_subscriptions" => {
            let all = db.pack_subscriptions(scope).await.unwrap();
            all.iter().filter(|s| s.client == mine.client).count()
        }
        "earlier_order_bodies" => db.earlier_order_bodies(scope, mine.case, 9).await.unwrap().len(),
        "order_body" => db.order_body(scope, mine.case).await.unwrap().iter().count(),
        "settings_answers" => db
            .settings_answers(scope, start())
            .await
            .unwrap()
            .iter()
            .filter(|(connection, ..)| *connection == mine.connection)
            .count(),
        "settings_at" => db
            .settings_at(scope, mine.connection, start())
            .await
            .unwrap()
            .len(),
        "settings_history" => db.settings_history(scope, mine.connection).await.unwrap().len(),
        "packets" => db.packets(scope, mine.case).await.unwrap().len(),
        "rounds" => db.rounds(scope, mine.case).await.unwrap().len(),
        "submission" => db
            .submission(scope, mine.submission)
            .await
            .unwrap()
            .iter()
            .count(),
        "submissions" => db
            .submissions(scope, None, 10)
            .await
            .unwrap()
            .iter()
            .filter(|s| s.client == mine.client)
            .count(),
        "prepared_by" => {
            let all = db.prepared_by(scope, "ada").await.unwrap();
            all.iter().filter(|(case, _)| *case == mine.case).count()
        }
        "submissions_of" => db.submissions_of(scope, mine.case).await.unwrap().len(),
        "sla_calendars" => {
            let all = db.sla_calendars(scope).await.unwrap();
            all.iter().filter(|(client, _)| *client == mine.client).count()
        }
        "sla_contracts" => {
            let all = db.sla_contracts(scope).await.unwrap();
            all.iter().filter(|(client, _)| *client == mine.client).count()
        }
        "sla_events" => {
            let all = db.sla_events(scope, (None, None), None, 10).await.unwrap();
            all.iter().filter(|e| e.client == mine.client).count()
        }
        "sla_exclusions" => {
            let all = db.sla_exclusions(scope).await.unwrap();
            all.iter().filter(|e| e.client == mine.client).count()
        }
        "sla_runs" => {
            let day = chrono::Duration::days(1);
            let span = docket_core::sla::Span {
                from: start() - day,
                to: start() + day,
            };
            let mut found = 0;
            let see = |run: docket_core::sla::Run| {
                found += usize::from(run.client == mine.client && run.error.is_some())
            };
            db.sla_runs(scope, span, see).await.unwrap();
            found
        }
        "compared" => {
            let all = db.compared(scope).await.unwrap();
            all.iter().filter(|run| run.connection == mine.connection).count()
        }
        "failed_syncs" => {
            let all = db.failed_syncs(scope, start()).await.unwrap();
            usize::from(all.contains_key(&mine.connection))
        }
        "open_here" => {
            let all = db.open_here(scope).await.unwrap();
            usize::from(all.contains_key(&mine.connection))
        }
        "sync_runs" => {
            let all = db.sync_runs(scope, mine.connection, 10).await.unwrap();
            all.iter().filter(|run| run.error.is_some()).count()
        }
        "account_claims" => {
            let claims = db.account_claims(scope, days()).await.unwrap();
            claims
                .iter()
                .filter(|one| one.connection == mine.connection)
                .count()
        }
        "account_sales" => {
            let told = db.account_sales(scope).await.unwrap();
            told.iter().filter(|one| one.client == mine.client).count()
        }
        "factor_cases" => {
            let carrier = FactorKind::Carrier.into();
            let all = db.factor_cases(scope, days(), &carrier, |_| true).await.unwrap();
            all.iter().filter(|c| c.client == mine.client).count()
        }
        "factor_levels" => {
            let carrier = FactorKind::Carrier.into();
            let all = db.factor_levels(scope, days(), &[&carrier]).await.unwrap();
            all.iter().filter(|c| c.id == mine.case).count()
        }
        "factor_tallies" => {
            let tallies = db.factor_tallies(scope, days()).await.unwrap().tallies;
            // Each client's own case has its own reason.
            let own = db.case(ClientScope::Agency, mine.case).await.unwrap().unwrap();
            let whole = tallies.iter().filter(|t| t.factor.is_none());
            whole.filter(|t| t.reason == own.case.facts.reason).count()
        }
        "fees" => {
            let fees = db.fees(scope).await.unwrap();
            fees.iter().filter(|fee| fee.rule.client == mine.client).count()
        }
        "begun_drafts" => {
            let all = db.begun_drafts(scope, None, 10).await.unwrap();
            all.iter().filter(|d| d.case == mine.case).count()
        }
        "open_questions" => {
            let all = db.open_questions(scope, None, 10).await.unwrap();
            all.iter().filter(|q| q.id == mine.request).count()
        }
        "client_tallies" => {
            let days = (days().from, days().to);
            let all = db.client_tallies(scope, days).await.unwrap();
            all.iter().filter(|t| t.key == mine.client.to_string()).count()
        }
        "tallied_cases" => {
            let counting = crate::tallies::counting(GroupBy::Reason);
            let figure = (Figure::Received, None);
            let (list, _) = db.tallied_cases(scope, days(), &counting, figure).await.unwrap();
            list.iter()
                .filter(|case| case.client == mine.client && case.dispute == mine.dispute)
                .count()
        }
        "tallies" => {
            let counting = crate::tallies::counting(GroupBy::Reason);
            let tallies = db.tallies(scope, days(), &counting).await.unwrap().bundles;
            // Each client's own case has its own reason, so that the key tells whose it is.
            let own = db
                .case(ClientScope::Agency, mine.case)
                .await
                .unwrap()
                .unwrap()
                .case
                .facts
                .reason;
            tallies.iter().filter(|t| t.key == own.as_str()).count()
        }
        // Each client's own order has its own number.
        "told" => db
            .told(scope, std::slice::from_ref(&mine.dispute))
            .await
            .unwrap()
            .len(),
        "unmatched" => db
            .unmatched(scope, "", 10)
            .await
            .unwrap()
            .iter()
            .filter(|w| w.order == mine.dispute)
            .count(),
        other => panic!("`{other}` is in the table and not tried"),
    }
}

/// Each client's own address.
fn address_of(client: ClientId) -> String {
    format!("{client}@example.com")
}

async fn client_with_everything(desk: &Desk, number: usize) -> Mine {
    let (client, connection) = (ClientId::new(&desk.env), ConnectionId::new(&desk.env));
    desk.add_client(client, &format!("Client {number}")).await;
    desk.add_connection(connection, client).await;
    let mut seen = snapshot(&format!("PP-{number}"));
    seen.facts.reason = docket_core::words::Reason::ALL[number];
    seen.factors = vec![Factor {
        kind: FactorKind::MerchantContacted,
        source: "field".to_owned(),
        value: "true".to_owned(),
        as_of: start(),
    }];
    let mut change = desk.opening_for((client, connection), &seen);
    // Decided, so that reports count it.
    change.transition.case.outcome = Some(Outcome::Won);
    change.transition.case.attention = [docket_core::attention::Attention::ALL[number]].into();
    change.transition.case.assignee = Some(format!("person of {number}"));
    let case = change.transition.case.clone();
    desk.save(&[change]).await.unwrap();
    let submission = desk.submission(&case);
    let mut unit = desk.unit().await;
    unit.add_submission(&submission).await.unwrap();
    unit.put_aside(
        (case.id, client),
        start() + chrono::Duration::days(1),
        "ada",
        start(),
    )
    .await
    .unwrap();
    unit.log_run(client, &desk.sync_run(connection)).await.unwrap();
    let compared = SyncRun {
        kind: "sweep".to_owned(),
        error: None,
        ..desk.sync_run(connection)
    };
    unit.log_run(client, &compared).await.unwrap();
    let setting = Setting {
        item: "settings.return_address".to_owned(),
        value: "yes".to_owned(),
        source: "person".to_owned(),
        note: None,
        valid_from: start(),
        recorded_at: start(),
        recorded_by: "ada".to_owned(),
    };
    unit.record_settings((connection, client), &[(desk.env.uuid(), setting)])
        .await
        .unwrap();
    let sold = MonthSales {
        connection,
        client,
        month: "2026-10-01".parse().unwrap(),
        amount: Money::new(1_000, "EUR".parse().unwrap()),
        sales: 3,
        told_by: "ada".to_owned(),
        told_at: start(),
    };
    unit.tell_sales(&sold).await.unwrap();
    let earlier = start() - chrono::Duration::hours(1);
    unit.keep_order((case.id, client), (&[2; 32], b"{}"), &[], earlier)
        .await
        .unwrap();
    unit.keep_order((case.id, client), (&[1; 32], b"{}"), &[], start())
        .await
        .unwrap();
    bring_evidence(&mut unit, (case.id, client), &desk.env).await;
    unit.keep_buyers(&[(case.id, client, case.dispute.to_string())])
        .await
        .unwrap();
    let webhook = NewWebhook {
        connection,
        client,
        event: "e1",
        topic: "customers/redact",
        open: true,
        body: b"{}",
        received_at: start(),
    };
    let order = crate::facts::order(&seen.dispute.0, &[]);
    unit.tell(client, &[order], "ada", start()).await.unwrap();
    assert!(unit.keep_webhook(&webhook).await.unwrap());
    let notice = crate::people::notice(desk, &case);
    assert!(
        unit.raise_notice(&notice, &format!("own {number}"))
            .await
            .unwrap()
    );
    let event = crate::programs::told(desk, &mut unit, (client, case.id)).await;
    let incident = crate::people::incident(desk, &case);
    assert!(unit.raise_incident(&incident).await.unwrap());
    let mut request = crate::people::request(desk, &case);
    request.recipient = Some(address_of(client));
    request.asked_at = start() + chrono::Duration::seconds(i64::try_from(number).unwrap());
    unit.add_info_request(&request).await.unwrap();
    unit.add_info_answer(client, &crate::people::answer(desk, &request))
        .await
        .unwrap();
    let draft = crate::drafts::draft(desk, &case, "hello");
    unit.add_draft(&draft).await.unwrap();
    let limit = ("EUR".parse().unwrap(), Some(100));
    unit.set_limit("ada", client, limit, start()).await.unwrap();
    let rule = crate::rules::rule(desk, client);
    unit.add_rule(&rule).await.unwrap();
    unit.add_sla_calendar(client, &crate::sla::calendar(1))
        .await
        .unwrap();
    unit.add_sla_contract(client, &crate::sla::contract(1))
        .await
        .unwrap();
    unit.add_exclusion(&crate::sla::exclusion(desk, client))
        .await
        .unwrap();
    let overridden = Hit {
        case: case.id,
        kind: HitKind::Overridden,
        at: start(),
        note: "the client asked for it".to_owned(),
    };
    assert!(unit.rule_hit(&rule, &overridden).await.unwrap());
    let fee = StoredFee {
        rule: FeeRule {
            client,
            connection,
            kind: FeeKind::Agency,
            valid_from: start().date_naive(),
            amount: Money::new(100, "EUR".parse().unwrap()),
            back_on_win: false,
            share_ppm: 0,
        },
        set_by: "ada".to_owned(),
        set_at: start(),
    };
    unit.set_fee(&fee).await.unwrap();
    let subscription = PackSubscription {
        client,
        zone: Zone::UTC,
        language: Language::German,
        recipients: vec!["board@example.com".to_owned()],
        next_at: start(),
        set_by: "ada".to_owned(),
        set_at: start(),
        ended_at: None,
    };
    unit.subscribe_packs(&subscription).await.unwrap();
    let pack = Pack {
        id: PackId::new(&desk.env),
        client,
        month: start().date_naive(),
        language: Language::German,
        recipients: subscription.recipients,
        state: PackState::Waiting,
        files: Vec::new(),
        made_at: start(),
        decided_by: None,
        decided_at: None,
        sent_at: None,
        note: None,
    };
    assert!(unit.add_pack(&pack).await.unwrap());
    assert!(!unit.add_pack(&pack).await.unwrap(), "one for each month");
    unit.commit().await.unwrap();
    Mine {
        client,
        connection,
        case: case.id,
        dispute: seen.dispute.0,
        submission: submission.id,
        incident: incident.id,
        request: request.id,
        notice: notice.id,
        hook: event.hook,
        event: event.id,
        draft: draft.id,
        rule: rule.id,
        pack: pack.id,
    }
}

async fn each_read_shows_its_own_client_only(test: TestDb) {
    let desk = Desk::new(test).await;
    let all = [
        client_with_everything(&desk, 0).await,
        client_with_everything(&desk, 1).await,
    ];
    for read in READS {
        for (mine, other) in [(&all[0], &all[1]), (&all[1], &all[0])] {
            let own = ClientScope::One(mine.client);
            assert_eq!(
                shown(&desk.db, read, own, mine).await,
                1,
                "{read} hides what is the client's own"
            );
            assert_eq!(
                shown(&desk.db, read, own, other).await,
                0,
                "{read} shows another client"
            );
            assert_eq!(
                shown(&desk.db, read, ClientScope::Agency, other).await,
                1,
                "{read} for the agency"
            );
        }
    }
}

#[test]
fn every_scoped_read_is_in_the_table() {
    let mut found = BTreeSet::new();
    let mut paths = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            paths.extend(std::fs::read_dir(path).unwrap().map(|file| file.unwrap().path()));
            continue;
        }
        let source = std::fs::read_to_string(path).unwrap();
        let signatures = source
            .split("fn ")
            .skip(1)
            .filter_map(|rest| rest.split(['{', ';']).next());
        let scoped = signatures.filter(|s| s.contains(": ClientScope") && s.contains("-> Result<"));
        found.extend(
            scoped
                .filter_map(|s| s.split(['(', '<']).next())
                .map(str::to_owned),
        );
    }
    let known = READS.iter().chain(IN_RULES);
    assert_eq!(found, known.map(|&r| r.to_owned()).collect());
}

on_both!(each_read_shows_its_own_client_only);
