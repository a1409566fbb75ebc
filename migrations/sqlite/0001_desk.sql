-- The desk: clients, their connections, cases with rounds, snapshots, factors, submissions and an append-only history.
-- Instants are RFC 3339 text in UTC with microseconds; ids are 16-byte blobs; words are the canonical ones.

CREATE TABLE clients (
    id           BLOB NOT NULL PRIMARY KEY,
    name         TEXT NOT NULL,
    safety_net   INTEGER NOT NULL DEFAULT 0 CHECK (safety_net IN (0, 1)),
    chain_length INTEGER NOT NULL DEFAULT 0,
    chain_head   BLOB NOT NULL,
    created_at   TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX clients_name ON clients (lower(name));

CREATE TABLE connections (
    id              BLOB NOT NULL PRIMARY KEY,
    client_id       BLOB NOT NULL REFERENCES clients (id),
    platform        TEXT NOT NULL,
    base_url        TEXT NOT NULL,
    credentials     BLOB NOT NULL,
    key_id          TEXT NOT NULL,
    paused_why      TEXT,
    cursor          TEXT,
    findings        TEXT,
    checked_at      TEXT,
    synced_at       TEXT,
    swept_at        TEXT,
    next_sync_at    TEXT NOT NULL,
    next_sweep_at   TEXT NOT NULL,
    sync_error      TEXT,
    chain_length    INTEGER NOT NULL DEFAULT 0,
    chain_head      BLOB NOT NULL,
    created_at      TEXT NOT NULL
) STRICT;
CREATE INDEX connections_client ON connections (client_id);
CREATE INDEX connections_due ON connections (next_sync_at);

CREATE TABLE cases (
    id                  BLOB NOT NULL PRIMARY KEY,
    client_id           BLOB NOT NULL REFERENCES clients (id),
    connection_id       BLOB NOT NULL REFERENCES connections (id),
    platform            TEXT NOT NULL,
    dispute             TEXT NOT NULL,
    amount_minor        INTEGER NOT NULL,
    currency            TEXT NOT NULL,
    stage               TEXT NOT NULL,
    platform_stage      TEXT,
    platform_status     TEXT,
    channel             TEXT,
    turn                TEXT NOT NULL,
    reason              TEXT NOT NULL,
    platform_reason     TEXT,
    allowed_actions     TEXT NOT NULL,
    order_refs          TEXT NOT NULL,
    opened_at           TEXT NOT NULL,
    platform_updated_at TEXT NOT NULL,
    round_id            BLOB NOT NULL,
    work_state          TEXT NOT NULL,
    outcome             TEXT,
    closed_at           TEXT,
    contested           INTEGER NOT NULL CHECK (contested IN (0, 1)),
    conceded            INTEGER NOT NULL CHECK (conceded IN (0, 1)),
    assignee            TEXT,
    attention           TEXT NOT NULL,
    next_rung           INTEGER,
    next_action_at      TEXT,
    sort_at             TEXT NOT NULL,
    pending             BLOB,
    observed_at         TEXT NOT NULL,
    chain_length        INTEGER NOT NULL,
    chain_head          BLOB NOT NULL,
    version             INTEGER NOT NULL,
    UNIQUE (connection_id, dispute)
) STRICT;
CREATE INDEX cases_queue ON cases (sort_at, id);
CREATE INDEX cases_client_queue ON cases (client_id, sort_at, id);
CREATE INDEX cases_due ON cases (next_action_at, id) WHERE next_action_at IS NOT NULL;
CREATE INDEX cases_open ON cases (connection_id, id) WHERE closed_at IS NULL;
CREATE INDEX cases_cohort ON cases (client_id, opened_at);

-- Rounds, snapshots and factors are written in one place, in the transaction that writes their case: a foreign key would
-- only look each of them up once more.
CREATE TABLE rounds (
    id                 BLOB NOT NULL PRIMARY KEY,
    client_id          BLOB NOT NULL,
    case_id            BLOB NOT NULL,
    number             INTEGER NOT NULL,
    stage              TEXT NOT NULL,
    channel            TEXT,
    reason             TEXT NOT NULL,
    opened_at          TEXT NOT NULL,
    closed_at          TEXT,
    deadline           TEXT,
    deadline_source    TEXT,
    deadline_precision TEXT,
    responded_at       TEXT,
    outcome            TEXT,
    UNIQUE (case_id, number)
) STRICT;

CREATE TABLE snapshots (
    case_id             BLOB NOT NULL,
    hash                BLOB NOT NULL,
    client_id           BLOB NOT NULL,
    observed_at         TEXT NOT NULL,
    platform_updated_at TEXT NOT NULL,
    body                BLOB NOT NULL,
    PRIMARY KEY (case_id, hash)
) STRICT;

CREATE TABLE factors (
    case_id     BLOB NOT NULL,
    client_id   BLOB NOT NULL,
    kind        TEXT NOT NULL,
    source      TEXT NOT NULL,
    value       TEXT NOT NULL,
    as_of       TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (case_id, kind, source, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE submissions (
    id                 BLOB NOT NULL PRIMARY KEY,
    client_id          BLOB NOT NULL,
    case_id            BLOB NOT NULL REFERENCES cases (id),
    round_id           BLOB NOT NULL,
    action             TEXT NOT NULL,
    response           TEXT NOT NULL,
    state              TEXT NOT NULL,
    send_at            TEXT NOT NULL,
    attempts           INTEGER NOT NULL DEFAULT 0,
    attempted_at       TEXT,
    answered           INTEGER NOT NULL DEFAULT 0 CHECK (answered IN (0, 1)),
    baseline           TEXT NOT NULL,
    platform_reference TEXT,
    confirmed_at       TEXT,
    error              TEXT,
    created_by         TEXT NOT NULL,
    created_at         TEXT NOT NULL
) STRICT;
CREATE INDEX submissions_case ON submissions (case_id, created_at);
-- One response at a time for a case, whatever the code does.
CREATE UNIQUE INDEX submissions_pending ON submissions (case_id) WHERE state IN ('prepared', 'sending', 'sent_unconfirmed');

-- Append-only. `subject` is a case, a client or a connection; each has its own hash chain (core::chain).
CREATE TABLE history (
    subject     BLOB NOT NULL,
    number      INTEGER NOT NULL,
    client_id   BLOB NOT NULL,
    at          TEXT NOT NULL,
    actor       TEXT NOT NULL,
    kind        TEXT NOT NULL,
    detail      TEXT,
    detail_hash BLOB NOT NULL,
    link        BLOB NOT NULL,
    PRIMARY KEY (subject, number)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER history_append_only BEFORE DELETE ON history
BEGIN
    SELECT RAISE(ABORT, 'history is append-only');
END;
-- Only the detail of a row may be erased, on a person's request; everything else stays.
CREATE TRIGGER history_fixed BEFORE UPDATE ON history
WHEN new.detail IS NOT NULL OR new.subject <> old.subject OR new.number <> old.number OR new.client_id <> old.client_id
    OR new.at <> old.at OR new.actor <> old.actor OR new.kind <> old.kind OR new.detail_hash <> old.detail_hash OR new.link <> old.link
BEGIN
    SELECT RAISE(ABORT, 'history is append-only');
END;

CREATE TABLE sync_runs (
    id            BLOB NOT NULL PRIMARY KEY,
    client_id     BLOB NOT NULL,
    connection_id BLOB NOT NULL REFERENCES connections (id),
    kind          TEXT NOT NULL,
    started_at    TEXT NOT NULL,
    ended_at      TEXT NOT NULL,
    seen          INTEGER NOT NULL DEFAULT 0,
    new           INTEGER NOT NULL DEFAULT 0,
    changed       INTEGER NOT NULL DEFAULT 0,
    unchanged     INTEGER NOT NULL DEFAULT 0,
    failed        INTEGER NOT NULL DEFAULT 0,
    error         TEXT
) STRICT;
CREATE INDEX sync_runs_connection ON sync_runs (connection_id, started_at);
