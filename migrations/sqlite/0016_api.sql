-- Programs that act for people, what they were answered, and who is told of what happens to cases.

-- Tokens of people, for their programs. Only the SHA-256 of each: who reads the database can use none. `scopes`: words
-- separated by a blank; what the person's role does not reach is not reached by their token either.
CREATE TABLE api_tokens (
    id         BLOB NOT NULL PRIMARY KEY,
    hash       BLOB NOT NULL UNIQUE,
    person_id  BLOB NOT NULL REFERENCES people (id),
    name       TEXT NOT NULL,
    scopes     TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at    TEXT,
    revoked_at TEXT
) STRICT;
CREATE INDEX api_tokens_person ON api_tokens (person_id, created_at);

-- What a request with an idempotency key was answered, so that it is done once and answered the same again.
-- `fingerprint`: SHA-256 of what was asked. Without a status it is being done, or its process died over it.
CREATE TABLE api_answers (
    token_id    BLOB NOT NULL REFERENCES api_tokens (id),
    key         TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    begun_at    TEXT NOT NULL,
    status      INTEGER,
    headers     TEXT,
    body        BLOB,
    PRIMARY KEY (token_id, key)
) STRICT;
CREATE INDEX api_answers_begun ON api_answers (begun_at);

-- Who is told of what happens to cases: of one client, or of all. The secret signs what is told.
CREATE TABLE event_hooks (
    id         BLOB NOT NULL PRIMARY KEY,
    client_id  BLOB REFERENCES clients (id),
    url        TEXT NOT NULL,
    key_id     TEXT NOT NULL,
    secret     BLOB NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    stopped_at TEXT
) STRICT;

-- What is to be told, written in the commit of the change itself, and how telling it went. Its id is the event's, the same
-- however often it is sent.
CREATE TABLE event_deliveries (
    id         BLOB NOT NULL PRIMARY KEY,
    hook_id    BLOB NOT NULL REFERENCES event_hooks (id),
    client_id  BLOB NOT NULL REFERENCES clients (id),
    case_id    BLOB NOT NULL REFERENCES cases (id),
    body       TEXT NOT NULL,
    created_at TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'given_up')),
    attempts   INTEGER NOT NULL,
    tried_at   TEXT,
    status     INTEGER,
    error      TEXT
) STRICT;
CREATE INDEX event_deliveries_hook ON event_deliveries (hook_id, id);
CREATE INDEX event_deliveries_client ON event_deliveries (client_id, id);
