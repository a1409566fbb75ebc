-- People: what they are told, what is sent to them by mail, missed deadlines with their cause, questions to clients.

-- Told in the desk. `once` names the occasion, so that it is told once whatever happens: restarts, several workers, a
-- deadline that moves away and comes back.
CREATE TABLE notices (
    id        UUID NOT NULL PRIMARY KEY,
    client_id UUID NOT NULL,
    case_id   UUID NOT NULL REFERENCES cases (id),
    kind      TEXT NOT NULL,
    audience  TEXT NOT NULL CHECK (audience IN ('desk', 'lead', 'desk_and_lead')),
    once      TEXT NOT NULL UNIQUE,
    text      TEXT NOT NULL,
    raised_at TIMESTAMPTZ NOT NULL,
    seen_at   TIMESTAMPTZ,
    seen_by   TEXT
);
CREATE INDEX notices_unseen ON notices (raised_at, id) WHERE seen_at IS NULL;
CREATE INDEX notices_case ON notices (case_id);

-- Mails, each to one address; a job sends it. `request_id`: the body has a place for the address of that request's page.
CREATE TABLE mails (
    id         UUID NOT NULL PRIMARY KEY,
    client_id  UUID NOT NULL,
    case_id    UUID NOT NULL REFERENCES cases (id),
    request_id UUID,
    recipient  TEXT NOT NULL,
    subject    TEXT NOT NULL,
    body       TEXT NOT NULL,
    queued_at  TIMESTAMPTZ NOT NULL,
    sent_at    TIMESTAMPTZ
);
CREATE INDEX mails_unsent ON mails (queued_at) WHERE sent_at IS NULL;

-- Missed deadlines: one for each deadline of a round.
CREATE TABLE incidents (
    id         UUID NOT NULL PRIMARY KEY,
    client_id  UUID NOT NULL,
    case_id    UUID NOT NULL REFERENCES cases (id),
    round_id   UUID NOT NULL,
    deadline   TIMESTAMPTZ NOT NULL,
    raised_at  TIMESTAMPTZ NOT NULL,
    cause      TEXT NOT NULL CHECK (cause IN ('agency', 'client', 'no_access', 'platform', 'unknown')),
    why        TEXT NOT NULL,
    decided_at TIMESTAMPTZ,
    decided_by TEXT,
    UNIQUE (round_id, deadline)
);
CREATE INDEX incidents_client ON incidents (client_id, raised_at);

-- Questions to a client about a case.
CREATE TABLE info_requests (
    id           UUID NOT NULL PRIMARY KEY,
    client_id    UUID NOT NULL,
    case_id      UUID NOT NULL REFERENCES cases (id),
    question     TEXT NOT NULL,
    recipient    TEXT,
    asked_by     TEXT NOT NULL,
    asked_at     TIMESTAMPTZ NOT NULL,
    due_at       TIMESTAMPTZ NOT NULL,
    expires_at   TIMESTAMPTZ NOT NULL,
    deadline     TIMESTAMPTZ,
    state        TEXT NOT NULL CHECK (state IN ('open', 'answered', 'withdrawn', 'lapsed')),
    ended_at     TIMESTAMPTZ,
    next_step    TEXT,
    next_step_at TIMESTAMPTZ
);
CREATE INDEX info_requests_case ON info_requests (case_id, asked_at);
CREATE INDEX info_requests_client ON info_requests (client_id, asked_at);
CREATE INDEX info_requests_due ON info_requests (next_step_at) WHERE next_step_at IS NOT NULL;

-- The addresses of a request's page: only the SHA-256 of each token, so that who reads the database cannot answer.
CREATE TABLE info_tokens (
    hash       BYTEA NOT NULL PRIMARY KEY,
    request_id UUID NOT NULL REFERENCES info_requests (id),
    made_at    TIMESTAMPTZ NOT NULL
);

CREATE TABLE info_answers (
    id          UUID NOT NULL PRIMARY KEY,
    client_id   UUID NOT NULL,
    request_id  UUID NOT NULL REFERENCES info_requests (id),
    answer      TEXT NOT NULL,
    action_plan TEXT NOT NULL,
    files       TEXT NOT NULL,
    received_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX info_answers_request ON info_answers (request_id, received_at);
