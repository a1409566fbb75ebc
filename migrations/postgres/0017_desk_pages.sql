-- What the pages of the desk need beside cases: subscriptions, views, hand-overs, and ways to find a case by whatever is known.

-- The calendar that a person subscribes to: one address each, of whose token only the SHA-256 is kept.
CREATE TABLE calendar_feeds (
    person_id UUID NOT NULL PRIMARY KEY REFERENCES people (id),
    hash      BYTEA NOT NULL UNIQUE,
    made_at   TIMESTAMPTZ NOT NULL
);

-- Views of the queue that a person keeps; `query` is the address's, `name_key` as names are compared.
CREATE TABLE saved_views (
    person_id UUID NOT NULL REFERENCES people (id),
    name_key  TEXT NOT NULL,
    name      TEXT NOT NULL,
    query     TEXT NOT NULL,
    made_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, name_key)
);

-- What a person is good at; a suggestion when cases are given out, never a lock.
CREATE TABLE person_skills (
    person_id UUID NOT NULL REFERENCES people (id),
    kind      TEXT NOT NULL CHECK (kind IN ('platform', 'language', 'client')),
    value     TEXT NOT NULL,
    PRIMARY KEY (person_id, kind, value)
);

-- Hand-over lists as they were signed off.
CREATE TABLE handovers (
    id        UUID NOT NULL PRIMARY KEY,
    signed_by TEXT NOT NULL,
    signed_at TIMESTAMPTZ NOT NULL,
    note      TEXT NOT NULL,
    body      TEXT NOT NULL
);
CREATE INDEX handovers_signed ON handovers (signed_at, id);

-- Cases that somebody put aside, at most until the next step before the deadline.
CREATE TABLE snoozes (
    case_id   UUID NOT NULL PRIMARY KEY,
    client_id UUID NOT NULL,
    until_at  TIMESTAMPTZ NOT NULL,
    set_by    TEXT NOT NULL,
    set_at    TIMESTAMPTZ NOT NULL
);

-- Actions on many cases at once: what was shown before anything happened, and what came of it. A plan is carried out once.
CREATE TABLE bulk_plans (
    id        UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES people (id),
    made_at   TIMESTAMPTZ NOT NULL,
    plan      TEXT NOT NULL,
    begun_at  TIMESTAMPTZ,
    result    TEXT
);

-- A case is found by its platform's id, by a reference of its order, by a parcel, and by what a platform called our answer.
CREATE INDEX cases_dispute ON cases (dispute, client_id);
-- What needs a look, counted by flag.
CREATE INDEX cases_flagged ON cases (client_id, id) WHERE attention <> '[]';
CREATE INDEX submissions_reference ON submissions (platform_reference, client_id) WHERE platform_reference IS NOT NULL;
CREATE INDEX info_requests_recipient ON info_requests (recipient, client_id) WHERE recipient IS NOT NULL;
CREATE INDEX info_requests_state ON info_requests (state, due_at, id);
-- Parcels of a case's dossier, whoever told of them; `number` in the one form that references are compared in.
CREATE TABLE case_parcels (
    number    TEXT NOT NULL,
    client_id UUID NOT NULL,
    case_id   UUID NOT NULL,
    PRIMARY KEY (number, client_id, case_id)
);
CREATE INDEX case_parcels_case ON case_parcels (case_id);
-- References of cases whose client's files tell nothing are filled in behind the sync, not in its way; `reached` is the last
-- case that is done.
INSERT INTO derived (name, version) VALUES ('case_refs', 0);
