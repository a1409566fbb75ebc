-- The desk: clients, their connections, cases with rounds, snapshots, factors, submissions and an append-only history.
-- The same tables as in the SQLite folder, with the engine's own types.

CREATE TABLE clients (
    id           UUID NOT NULL PRIMARY KEY,
    name         TEXT NOT NULL,
    safety_net   BOOLEAN NOT NULL DEFAULT FALSE,
    chain_length BIGINT NOT NULL DEFAULT 0,
    chain_head   BYTEA NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX clients_name ON clients (lower(name));

CREATE TABLE connections (
    id              UUID NOT NULL PRIMARY KEY,
    client_id       UUID NOT NULL REFERENCES clients (id),
    platform        TEXT NOT NULL,
    base_url        TEXT NOT NULL,
    credentials     BYTEA NOT NULL,
    key_id          TEXT NOT NULL,
    paused_why      TEXT,
    cursor          TEXT,
    findings        TEXT,
    checked_at      TIMESTAMPTZ,
    synced_at       TIMESTAMPTZ,
    swept_at        TIMESTAMPTZ,
    next_sync_at    TIMESTAMPTZ NOT NULL,
    next_sweep_at   TIMESTAMPTZ NOT NULL,
    sync_error      TEXT,
    chain_length    BIGINT NOT NULL DEFAULT 0,
    chain_head      BYTEA NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL
);
CREATE INDEX connections_client ON connections (client_id);
CREATE INDEX connections_due ON connections (next_sync_at);

CREATE TABLE cases (
    id                  UUID NOT NULL PRIMARY KEY,
    client_id           UUID NOT NULL REFERENCES clients (id),
    connection_id       UUID NOT NULL REFERENCES connections (id),
    platform            TEXT NOT NULL,
    dispute             TEXT NOT NULL,
    amount_minor        BIGINT NOT NULL,
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
    opened_at           TIMESTAMPTZ NOT NULL,
    platform_updated_at TIMESTAMPTZ NOT NULL,
    round_id            UUID NOT NULL,
    work_state          TEXT NOT NULL,
    outcome             TEXT,
    closed_at           TIMESTAMPTZ,
    contested           BOOLEAN NOT NULL,
    conceded            BOOLEAN NOT NULL,
    assignee            TEXT,
    attention           TEXT NOT NULL,
    next_rung           BIGINT,
    next_action_at      TIMESTAMPTZ,
    sort_at             TIMESTAMPTZ NOT NULL,
    pending             UUID,
    observed_at         TIMESTAMPTZ NOT NULL,
    chain_length        BIGINT NOT NULL,
    chain_head          BYTEA NOT NULL,
    version             BIGINT NOT NULL,
    UNIQUE (connection_id, dispute)
);
CREATE INDEX cases_queue ON cases (sort_at, id);
CREATE INDEX cases_client_queue ON cases (client_id, sort_at, id);
CREATE INDEX cases_due ON cases (next_action_at, id) WHERE next_action_at IS NOT NULL;
CREATE INDEX cases_open ON cases (connection_id, id) WHERE closed_at IS NULL;
CREATE INDEX cases_cohort ON cases (client_id, opened_at);

-- Rounds, snapshots and factors are written in one place, in the transaction that writes their case. A foreign key would check
-- each of these rows with a plan made when the table was empty: in a first import that took longer than all the rest.
CREATE TABLE rounds (
    id                 UUID NOT NULL PRIMARY KEY,
    client_id          UUID NOT NULL,
    case_id            UUID NOT NULL,
    number             BIGINT NOT NULL,
    stage              TEXT NOT NULL,
    channel            TEXT,
    reason             TEXT NOT NULL,
    opened_at          TIMESTAMPTZ NOT NULL,
    closed_at          TIMESTAMPTZ,
    deadline           TIMESTAMPTZ,
    deadline_source    TEXT,
    deadline_precision TEXT,
    responded_at       TIMESTAMPTZ,
    outcome            TEXT,
    UNIQUE (case_id, number)
);

CREATE TABLE snapshots (
    case_id             UUID NOT NULL,
    hash                BYTEA NOT NULL,
    client_id           UUID NOT NULL,
    observed_at         TIMESTAMPTZ NOT NULL,
    platform_updated_at TIMESTAMPTZ NOT NULL,
    body                BYTEA NOT NULL,
    PRIMARY KEY (case_id, hash)
);

-- Bodies are read rarely and whole: kept out of line, and not compressed again on the way in.
ALTER TABLE snapshots ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TABLE factors (
    case_id     UUID NOT NULL,
    client_id   UUID NOT NULL,
    kind        TEXT NOT NULL,
    source      TEXT NOT NULL,
    value       TEXT NOT NULL,
    as_of       TIMESTAMPTZ NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (case_id, kind, source, value)
);

CREATE TABLE submissions (
    id                 UUID NOT NULL PRIMARY KEY,
    client_id          UUID NOT NULL,
    case_id            UUID NOT NULL REFERENCES cases (id),
    round_id           UUID NOT NULL,
    action             TEXT NOT NULL,
    response           TEXT NOT NULL,
    state              TEXT NOT NULL,
    send_at            TIMESTAMPTZ NOT NULL,
    attempts           BIGINT NOT NULL DEFAULT 0,
    attempted_at       TIMESTAMPTZ,
    answered           BOOLEAN NOT NULL DEFAULT FALSE,
    baseline           TEXT NOT NULL,
    platform_reference TEXT,
    confirmed_at       TIMESTAMPTZ,
    error              TEXT,
    created_by         TEXT NOT NULL,
    created_at         TIMESTAMPTZ NOT NULL
);
CREATE INDEX submissions_case ON submissions (case_id, created_at);
-- One response at a time for a case, whatever the code does.
CREATE UNIQUE INDEX submissions_pending ON submissions (case_id) WHERE state IN ('prepared', 'sending', 'sent_unconfirmed');

-- Append-only. `subject` is a case, a client or a connection; each has its own hash chain (core::chain).
CREATE TABLE history (
    subject     UUID NOT NULL,
    number      BIGINT NOT NULL,
    client_id   UUID NOT NULL,
    at          TIMESTAMPTZ NOT NULL,
    actor       TEXT NOT NULL,
    kind        TEXT NOT NULL,
    detail      TEXT,
    detail_hash BYTEA NOT NULL,
    link        BYTEA NOT NULL,
    PRIMARY KEY (subject, number)
);
CREATE FUNCTION history_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'history is append-only';
END $$;
CREATE TRIGGER history_append_only BEFORE DELETE OR TRUNCATE ON history
    FOR EACH STATEMENT EXECUTE FUNCTION history_refuse();
-- Only the detail of a row may be erased, on a person's request; everything else stays.
CREATE TRIGGER history_fixed BEFORE UPDATE ON history FOR EACH ROW
    WHEN (new.detail IS NOT NULL OR new.subject <> old.subject OR new.number <> old.number OR new.client_id <> old.client_id
        OR new.at <> old.at OR new.actor <> old.actor OR new.kind <> old.kind OR new.detail_hash <> old.detail_hash OR new.link <> old.link)
    EXECUTE FUNCTION history_refuse();

CREATE TABLE sync_runs (
    id            UUID NOT NULL PRIMARY KEY,
    client_id     UUID NOT NULL,
    connection_id UUID NOT NULL REFERENCES connections (id),
    kind          TEXT NOT NULL,
    started_at    TIMESTAMPTZ NOT NULL,
    ended_at      TIMESTAMPTZ NOT NULL,
    seen          BIGINT NOT NULL DEFAULT 0,
    new           BIGINT NOT NULL DEFAULT 0,
    changed       BIGINT NOT NULL DEFAULT 0,
    unchanged     BIGINT NOT NULL DEFAULT 0,
    failed        BIGINT NOT NULL DEFAULT 0,
    error         TEXT
);
CREATE INDEX sync_runs_connection ON sync_runs (connection_id, started_at);
