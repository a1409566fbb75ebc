//! Every statement of the queue. All instants are bound, never the database's own clock.

use docket_store::{Db, Tx};

/// A statement in two dialects.
#[derive(Clone, Copy)]
pub(crate) struct Pair {
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

impl Pair {
    pub(crate) const fn of_db(self, db: &Db) -> &'static str {
        match db {
            Db::Sqlite { .. } => self.sqlite,
            Db::Postgres(_) => self.postgres,
        }
    }

    pub(crate) const fn of(self, tx: &Tx) -> &'static str {
        match tx {
            Tx::Sqlite(_) => self.sqlite,
            Tx::Postgres(_) => self.postgres,
        }
    }
}

// Lists are handed over as one JSON text, so that both dialects take the same binds.

/// $1 JSON list, $2 now. `attempts` stays: a failing job that is nudged again and again must still die.
pub(crate) const ENQUEUE: Pair = Pair {
    sqlite: "INSERT INTO jobs (id, kind, dedupe_key, client_id, case_id, payload, state, priority, run_at, max_attempts, created_at)
        SELECT unhex(value ->> 'id'), value ->> 'kind', value ->> 'key', unhex(value ->> 'client_id'), unhex(value ->> 'case_id'),
               value ->> 'payload', 'pending', value ->> 'priority', value ->> 'run_at', value ->> 'max_attempts', $2
          FROM json_each($1) WHERE true
        ON CONFLICT (kind, dedupe_key) WHERE state = 'pending' DO UPDATE
           SET run_at = excluded.run_at, payload = excluded.payload, priority = excluded.priority,
               max_attempts = excluded.max_attempts, client_id = excluded.client_id, case_id = excluded.case_id
        RETURNING id, kind, dedupe_key",
    postgres: "INSERT INTO jobs (id, kind, dedupe_key, client_id, case_id, payload, state, priority, run_at, max_attempts, created_at)
        SELECT r.id, r.kind, r.key, r.client_id, r.case_id, r.payload, 'pending', r.priority, r.run_at, r.max_attempts, $2
          FROM json_to_recordset($1::json) AS r(id uuid, kind text, key text, client_id uuid, case_id uuid, payload text,
               priority bigint, run_at timestamptz, max_attempts bigint)
        ON CONFLICT (kind, dedupe_key) WHERE state = 'pending' DO UPDATE
           SET run_at = excluded.run_at, payload = excluded.payload, priority = excluded.priority,
               max_attempts = excluded.max_attempts, client_id = excluded.client_id, case_id = excluded.case_id
        RETURNING id, kind, dedupe_key",
};

pub(crate) const NOTIFY: &str = "SELECT pg_notify('docket_jobs', '')";

/// $1 kind, $2 key.
pub(crate) const CANCEL: &str = "DELETE FROM jobs WHERE kind = $1 AND dedupe_key = $2 AND state = 'pending'";

/// Claims of all workers happen one after the other, else two of them could lift one client over its share. A worker
/// frozen inside is thrown out by the server instead of stopping the others. Sequential scans are off, because the
/// planner's figures of a table that fills and empties all day are never right.
pub(crate) const CLAIM_LOCK: &str = "SELECT set_config('idle_in_transaction_session_timeout', '10s', true),
    set_config('lock_timeout', '5s', true), set_config('enable_seqscan', 'off', true),
    pg_advisory_xact_lock(19808543134740)::text";

/// $1 worker, $2 lease until, $3 now, $4 JSON list of kinds, $5 share of one client, $6 rows looked at, $7 free slots,
/// $8 priority. Attempts are counted here, so that a crash counts too.
///
/// One priority at a time: only so is `jobs_claim` a range of due jobs in their order, of which the first few are read.
/// Over all priorities a claim would read the whole backlog, or every job that is not due yet. The arrays and the
/// `IS TRUE` keep PostgreSQL, whose figures of a queue are always stale, from looking the picked ids up in that range
/// instead of by the primary key.
pub(crate) const CLAIM: Pair = Pair {
    sqlite: "WITH busy AS (SELECT client_id, count(*) AS held FROM jobs
              WHERE state = 'running' AND client_id IS NOT NULL GROUP BY client_id),
        due AS (SELECT id, client_id, run_at FROM jobs INDEXED BY jobs_claim
              WHERE state = 'pending' AND priority = $8 AND run_at <= $3 AND kind IN (SELECT value FROM json_each($4))
                AND (client_id IS NULL OR client_id NOT IN (SELECT client_id FROM busy WHERE held >= $5))
              ORDER BY run_at, id LIMIT $6),
        ranked AS (SELECT due.id, due.client_id, due.run_at, coalesce(busy.held, 0)
                + row_number() OVER (PARTITION BY due.client_id ORDER BY due.run_at, due.id) AS place
              FROM due LEFT JOIN busy ON busy.client_id = due.client_id),
        picked AS (SELECT id FROM ranked WHERE client_id IS NULL OR place <= $5
              ORDER BY run_at, id LIMIT $7)
        UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_no = lease_no + 1, lease_by = $1, lease_until = $2
         WHERE id IN (SELECT id FROM picked)
        RETURNING id, kind, dedupe_key, client_id, case_id, payload, run_at, attempts, max_attempts, lease_no",
    postgres: "WITH busy AS (SELECT client_id, count(*) AS held FROM jobs
              WHERE state = 'running' AND client_id IS NOT NULL GROUP BY client_id),
        due AS (SELECT id, client_id, run_at FROM jobs
              WHERE state = 'pending' AND priority = $8 AND run_at <= $3 AND kind IN (SELECT json_array_elements_text($4::json))
                AND (client_id IS NULL OR client_id NOT IN (SELECT client_id FROM busy WHERE held >= $5))
              ORDER BY run_at, id LIMIT $6),
        ranked AS (SELECT due.id, due.client_id, due.run_at, coalesce(busy.held, 0)
                + row_number() OVER (PARTITION BY due.client_id ORDER BY due.run_at, due.id) AS place
              FROM due LEFT JOIN busy ON busy.client_id = due.client_id),
        picked AS (SELECT id FROM ranked WHERE client_id IS NULL OR place <= $5
              ORDER BY run_at, id LIMIT $7),
        taken AS (SELECT id FROM jobs WHERE id = ANY (ARRAY (SELECT id FROM picked))
              AND (state = 'pending' AND run_at <= $3) IS TRUE FOR UPDATE SKIP LOCKED)
        UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_no = lease_no + 1, lease_by = $1, lease_until = $2
         WHERE id = ANY (ARRAY (SELECT id FROM taken))
        RETURNING id, kind, dedupe_key, client_id, case_id, payload, run_at, attempts, max_attempts, lease_no",
};

/// $1 now: the priorities of pending jobs, highest first, each with its earliest instant and its earliest one to come;
/// a few steps in `jobs_claim`.
pub(crate) const LEVELS: &str = "WITH RECURSIVE level (priority) AS (
        SELECT max(priority) FROM jobs WHERE state = 'pending'
        UNION ALL
        SELECT (SELECT max(priority) FROM jobs WHERE state = 'pending' AND priority < level.priority) FROM level
         WHERE level.priority IS NOT NULL)
    SELECT priority,
           (SELECT min(run_at) FROM jobs WHERE state = 'pending' AND jobs.priority = level.priority) AS earliest,
           (SELECT min(run_at) FROM jobs WHERE state = 'pending' AND jobs.priority = level.priority AND run_at > $1) AS next
      FROM level WHERE priority IS NOT NULL ORDER BY priority DESC";

/// $1 now, $2 JSON list of kinds: a row when anything runs anywhere, or is due for one of the kinds.
pub(crate) const BUSY: Pair = Pair {
    sqlite: "SELECT 1 WHERE EXISTS (SELECT 1 FROM jobs WHERE state = 'running')
        OR EXISTS (SELECT 1 FROM jobs WHERE state = 'pending' AND run_at <= $1 AND kind IN (SELECT value FROM json_each($2)))",
    postgres: "SELECT 1 WHERE EXISTS (SELECT 1 FROM jobs WHERE state = 'running')
        OR EXISTS (SELECT 1 FROM jobs WHERE state = 'pending' AND run_at <= $1
                   AND kind IN (SELECT json_array_elements_text($2::json)))",
};

// From here on every statement carries the fence: id, `lease_by`, `lease_no` and the state.

/// $1 worker, $2 JSON list of (id, no): ends successful attempts.
pub(crate) const DONE: Pair = Pair {
    sqlite: "DELETE FROM jobs WHERE state = 'running' AND lease_by = $1
        AND (id, lease_no) IN (SELECT unhex(value ->> 'id'), value ->> 'no' FROM json_each($2)) RETURNING id, lease_no",
    postgres: "DELETE FROM jobs WHERE state = 'running' AND lease_by = $1
        AND (id, lease_no) IN (SELECT r.id, r.no FROM json_to_recordset($2::json) AS r(id uuid, no bigint))
        RETURNING id, lease_no",
};

/// $1 worker, $2 JSON list of (id, no), $3 lease until. Only known leases are extended: a claim whose commit was not
/// confirmed must run out.
pub(crate) const EXTEND: Pair = Pair {
    sqlite: "UPDATE jobs SET lease_until = $3 WHERE state = 'running' AND lease_by = $1
        AND (id, lease_no) IN (SELECT unhex(value ->> 'id'), value ->> 'no' FROM json_each($2)) RETURNING id, lease_no",
    postgres: "UPDATE jobs SET lease_until = $3 WHERE state = 'running' AND lease_by = $1
        AND (id, lease_no) IN (SELECT r.id, r.no FROM json_to_recordset($2::json) AS r(id uuid, no bigint))
        RETURNING id, lease_no",
};

/// PostgreSQL only. A transaction of the program may hold the pending twin for long; the running row must not be locked
/// meanwhile, or the heartbeat of all leases would wait for it.
pub(crate) const SHORT_WAIT: &str = "SELECT set_config('lock_timeout', '1s', true)";

/// $1 id, $2 worker, $3 lease number: holds the row while the transaction decides what becomes of it.
pub(crate) const FENCE: Pair = Pair {
    sqlite: "SELECT 1 FROM jobs WHERE id = $1 AND lease_by = $2 AND lease_no = $3 AND state = 'running'",
    postgres: "SELECT 1 FROM jobs WHERE id = $1 AND lease_by = $2 AND lease_no = $3 AND state = 'running' FOR UPDATE",
};

/// As [`FENCE`], and $4 now: only when the lease ran out.
pub(crate) const FENCE_RUN_OUT: Pair = Pair {
    sqlite: "SELECT 1 FROM jobs WHERE id = $1 AND lease_by = $2 AND lease_no = $3 AND state = 'running' AND lease_until < $4",
    postgres: "SELECT 1 FROM jobs WHERE id = $1 AND lease_by = $2 AND lease_no = $3 AND state = 'running' AND lease_until < $4
        FOR UPDATE",
};

/// $1 kind, $2 key, $3 run at, $4 error: the pending twin of a job that comes back takes the earlier instant.
pub(crate) const MERGE: &str = "UPDATE jobs SET run_at = CASE WHEN run_at > $3 THEN $3 ELSE run_at END,
    last_error = coalesce($4, last_error) WHERE kind = $1 AND dedupe_key = $2 AND state = 'pending'";

/// $1 id, $2 worker, $3 lease number.
pub(crate) const DROP: &str =
    "DELETE FROM jobs WHERE id = $1 AND lease_by = $2 AND lease_no = $3 AND state = 'running'";

/// $1 id, $2 worker, $3 lease number, $4 run at, $5 attempts not to be counted, $6 error.
pub(crate) const TO_PENDING: &str =
    "UPDATE jobs SET state = 'pending', run_at = $4, attempts = attempts - $5,
    last_error = coalesce($6, last_error), lease_by = NULL, lease_until = NULL
    WHERE id = $1 AND lease_by = $2 AND lease_no = $3 AND state = 'running'";

/// $1 id, $2 worker, $3 lease number, $4 error.
pub(crate) const TO_DEAD: &str =
    "UPDATE jobs SET state = 'dead', last_error = $4, lease_by = NULL, lease_until = NULL
    WHERE id = $1 AND lease_by = $2 AND lease_no = $3 AND state = 'running'";

/// $1 now: leases that ran out.
pub(crate) const RUN_OUT: &str = "SELECT id, kind, dedupe_key, client_id, case_id, payload, run_at, attempts,
    max_attempts, lease_no, coalesce(lease_by, '') AS lease_by FROM jobs
    WHERE state = 'running' AND lease_until < $1 ORDER BY lease_until LIMIT 100";

/// $1 id, $2 former worker, $3 its lease number, $4 now, $5 worker, $6 lease until: takes a job over to bury it.
pub(crate) const TAKE_OVER: &str = "UPDATE jobs SET lease_by = $5, lease_until = $6, lease_no = lease_no + 1
    WHERE id = $1 AND lease_by = $2 AND lease_no = $3 AND state = 'running' AND lease_until < $4";

/// $1 from client, $2 to client, $3 1 for jobs of no client too, $4 state, $5 after created, $6 after id, $7 rows.
pub(crate) const LIST: &str = "SELECT id, kind, dedupe_key, client_id, case_id, state, priority, run_at, attempts,
    max_attempts, lease_by, last_error, created_at FROM jobs
    WHERE (client_id BETWEEN $1 AND $2 OR (client_id IS NULL AND $3 = 1)) AND state = $4 AND (created_at, id) > ($5, $6)
    ORDER BY created_at, id LIMIT $7";

/// $1 from client, $2 to client, $3 1 for jobs of no client too.
pub(crate) const COUNTS: &str = "SELECT kind, state, count(*) AS jobs, min(run_at) AS earliest FROM jobs
    WHERE (client_id BETWEEN $1 AND $2 OR (client_id IS NULL AND $3 = 1))
    GROUP BY kind, state ORDER BY kind, state";

/// $1 id, $2 from client, $3 to client, $4 1 for jobs of no client too.
pub(crate) const DEAD_ONE: &str = "SELECT kind, dedupe_key FROM jobs WHERE id = $1
    AND (client_id BETWEEN $2 AND $3 OR (client_id IS NULL AND $4 = 1)) AND state = 'dead'";

/// $1 id, $2 now: a dead job starts anew with all its attempts.
pub(crate) const REVIVE: &str =
    "UPDATE jobs SET state = 'pending', run_at = $2, attempts = 0 WHERE id = $1 AND state = 'dead'";

/// $1 id.
pub(crate) const DISCARD: &str = "DELETE FROM jobs WHERE id = $1 AND state = 'dead'";

/// $1 kind, $2 pattern of the key, $3 attempts: jobs that died, or that have failed so often by now.
pub(crate) const STUCK: &str = "SELECT count(*) FROM jobs
    WHERE kind = $1 AND dedupe_key LIKE $2 AND (state = 'dead' OR attempts >= $3)";

/// $1 kind: keys of the jobs that a worker holds.
pub(crate) const RUNNING: &str = "SELECT dedupe_key FROM jobs WHERE state = 'running' AND kind = $1";

/// All statements, for the test that has each engine prepare its own.
pub fn statements() -> (Vec<&'static str>, Vec<&'static str>) {
    let both = [
        CANCEL, LEVELS, MERGE, DROP, TO_PENDING, TO_DEAD, RUN_OUT, TAKE_OVER, LIST, COUNTS, DEAD_ONE, REVIVE,
        DISCARD, STUCK, RUNNING,
    ];
    let pairs = [ENQUEUE, CLAIM, BUSY, DONE, EXTEND, FENCE, FENCE_RUN_OUT];
    let sqlite = both
        .into_iter()
        .chain(pairs.iter().map(|pair| pair.sqlite))
        .collect();
    let postgres = both
        .into_iter()
        .chain(pairs.iter().map(|pair| pair.postgres))
        .chain([NOTIFY, CLAIM_LOCK, SHORT_WAIT])
        .collect();
    (sqlite, postgres)
}
