-- Drafts: responses that are being written, each save a version of its own; and up to which amount one person decides alone.

CREATE TABLE drafts (
    id            UUID NOT NULL PRIMARY KEY,
    client_id     UUID NOT NULL,
    case_id       UUID NOT NULL REFERENCES cases (id),
    round_id      UUID NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('draft', 'in_review', 'approved', 'discarded')),
    version       BIGINT NOT NULL CHECK (version > 0),
    author        TEXT NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL,
    returned      TEXT,
    submission_id UUID
);
CREATE INDEX drafts_case ON drafts (case_id, created_at);
-- One at a time for a round, whatever the code does.
CREATE UNIQUE INDEX drafts_open ON drafts (round_id) WHERE state IN ('draft', 'in_review');

CREATE TABLE draft_versions (
    draft_id  UUID NOT NULL REFERENCES drafts (id),
    version   BIGINT NOT NULL,
    client_id UUID NOT NULL,
    edition   TEXT NOT NULL,
    saved_by  TEXT NOT NULL,
    saved_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (draft_id, version)
);

-- Above this amount every response to a dispute in this currency needs a second person.
CREATE TABLE client_limits (
    client_id UUID NOT NULL REFERENCES clients (id),
    currency  TEXT NOT NULL,
    minor     BIGINT NOT NULL CHECK (minor >= 0),
    PRIMARY KEY (client_id, currency)
);
