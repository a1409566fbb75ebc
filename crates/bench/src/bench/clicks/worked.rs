//! What people did with the open cases: evidence, drafts, questions, history, notices, missed deadlines, the audit log, readings of
//! connections and packs, so that no page is measured on an empty table.

use crate::bench::report::seed::Dialect;

/// A case's number, from the platform's id.
const NUMBER: &str = "CAST(substr(c.dispute, 6) AS BIGINT)";

/// One statement for each table.
pub fn statements(dialect: &Dialect) -> Vec<String> {
    let bytes = dialect.bytes();
    let id = |kind: u64, more: &str| dialect.id(&format!("{kind}0000000000000 + {NUMBER} * 20 + {more}"));
    let open = "FROM cases c WHERE c.closed_at IS NULL";
    let times = |n: u8| {
        let rows: Vec<String> = (1..=n).map(|n| format!("SELECT {n} AS n")).collect();
        format!(
            "FROM cases c CROSS JOIN ({}) t WHERE c.closed_at IS NULL",
            rows.join(" UNION ALL ")
        )
    };
    let kinds = "CASE n WHEN 1 THEN 'itemised_order' WHEN 2 THEN 'delivery_proof' ELSE 'claim_answer' END";
    let entries = "CASE n WHEN 1 THEN 'assigned' ELSE 'observed' END";
    let details = "CASE n WHEN 1 THEN '{\"from\":null,\"to\":\"Person 1\"}' ELSE '{\"changed\":[\"stage\",\"updated_at\"]}' END";
    vec![
        format!(
            "INSERT INTO evidence (id, client_id, case_id, item, added_at) SELECT {}, c.client_id, c.id, \
             '{{\"kind\":\"' || {kinds} || '\",\"title\":\"what the client sent\",\"text\":\"The parcel was handed over and signed for.\",\
             \"tracking\":null,\"refund_id\":null,\"file\":null,\"from\":{{\"by\":\"client\",\"at\":\"2026-10-01T08:00:00Z\",\
             \"place\":\"sent on request\"}},\"unconfirmed\":false}}', c.observed_at {}",
            id(3, "n"),
            times(3)
        ),
        format!(
            "INSERT INTO drafts (id, client_id, case_id, round_id, state, version, author, created_at) \
             SELECT {}, c.client_id, c.id, c.round_id, 'draft', 1, 'Person 1', c.observed_at {open} AND {NUMBER} / 20 % 4 = 0",
            id(4, "1")
        ),
        "INSERT INTO draft_versions (draft_id, version, client_id, edition, saved_by, saved_at) SELECT id, 1, client_id, \
         '{\"action\":\"contest\",\"evidence\":[{\"files\":[],\"item_id\":null,\"kind\":\"other\",\"note\":\"The order was sent as it was \
         bought, and the carrier handed it over.\",\"refund_ids\":[],\"tracking\":[]}],\"send_at\":null}', author, created_at FROM drafts"
            .to_owned(),
        format!(
            "INSERT INTO info_requests (id, client_id, case_id, question, asked_by, asked_at, due_at, expires_at, state, next_step, \
             next_step_at) SELECT {}, c.client_id, c.id, 'Which carrier took the parcel, and who signed for it?', 'Person 2', \
             c.observed_at, c.sort_at, c.sort_at, 'open', 'remind', c.sort_at {open} AND {NUMBER} / 20 % 5 = 0",
            id(5, "1")
        ),
        format!(
            "INSERT INTO history (subject, number, client_id, at, actor, kind, detail, detail_hash, link) \
             SELECT c.id, n + 1, c.client_id, c.observed_at, 'Person 1', {entries}, {details}, {bytes}, {bytes} {}",
            times(12)
        ),
        format!(
            "INSERT INTO notices (id, client_id, case_id, kind, audience, once, text, raised_at) SELECT {}, c.client_id, c.id, \
             'ladder_72h', 'desk', 'bench:' || c.dispute, c.dispute || ' (PayPal): less than 72 hours are left: the packet should be \
             complete', c.observed_at {open} AND {NUMBER} / 20 % 10 = 0",
            id(6, "1")
        ),
        format!(
            "INSERT INTO incidents (id, client_id, case_id, round_id, deadline, raised_at, cause, why) SELECT {}, c.client_id, c.id, \
             c.round_id, c.closed_at, c.closed_at, 'unknown', 'nobody has looked yet' FROM cases c \
             WHERE c.outcome = 'lost_no_response' AND {NUMBER} % 50 = 0",
            id(7, "1")
        ),
        format!(
            "INSERT INTO audit (number, at, actor, kind, detail, detail_hash, link, outcome) SELECT 1000000 + {NUMBER}, c.observed_at, \
             'Person 1', 'assign', '{{\"from\":\"127.0.0.1\",\"on\":\"/cases/assign\"}}', {bytes}, {bytes}, 'done' {open}"
        ),
        format!(
            "INSERT INTO sync_runs (id, client_id, connection_id, kind, started_at, ended_at, seen, new, changed, unchanged, failed) \
             SELECT {}, c.client_id, c.connection_id, 'changes', c.observed_at, c.observed_at, 40, 1, 2, 37, 0 {open} AND {NUMBER} / 20 % 10 = 0",
            id(8, "1")
        ),
        format!(
            "INSERT INTO packs (id, client_id, month, language, recipients, state, files, made_at) SELECT {}, c.id, '2026-' || m || '-01', 'en', \
             '[\"board@example.com\"]', 'waiting', '[]', c.created_at FROM (SELECT clients.*, row_number() OVER (ORDER BY id) AS place \
             FROM clients) c CROSS JOIN (SELECT '08' AS m UNION ALL SELECT '09' UNION ALL SELECT '10') t",
            dialect.id("90000000000000000 + c.place * 20 + CAST(m AS BIGINT)")
        ),
    ]
}
