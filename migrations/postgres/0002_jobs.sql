-- The durable queue. Finished jobs are deleted; dead ones stay until a person starts them again.
CREATE TABLE jobs (
    id           UUID NOT NULL PRIMARY KEY,
    kind         TEXT NOT NULL,
    dedupe_key   TEXT NOT NULL,
    client_id    UUID,
    case_id      UUID,
    payload      TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('pending', 'running', 'dead')),
    priority     BIGINT NOT NULL,
    run_at       TIMESTAMPTZ NOT NULL,
    attempts     BIGINT NOT NULL DEFAULT 0,
    max_attempts BIGINT NOT NULL,
    -- grows with every claim and never falls: the token that fences off a worker whose lease was taken over
    lease_no     BIGINT NOT NULL DEFAULT 0,
    lease_by     TEXT,
    lease_until  TIMESTAMPTZ,
    last_error   TEXT,
    created_at   TIMESTAMPTZ NOT NULL
);
-- A pending job is unique by its key; scheduling it again moves it. A running one does not block its successor.
CREATE UNIQUE INDEX jobs_dedupe ON jobs (kind, dedupe_key) WHERE state = 'pending';
-- client and kind ride along, so that a claim passes over a busy client's backlog without reading its rows
CREATE INDEX jobs_claim ON jobs (priority DESC, run_at, id, client_id, kind) WHERE state = 'pending';
CREATE INDEX jobs_running ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_dead ON jobs (created_at, id) WHERE state = 'dead';
