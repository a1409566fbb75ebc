-- Drafts: responses that are being written, each save a version of its own; and up to which amount one person decides alone.

CREATE TABLE drafts (
    id            BLOB NOT NULL PRIMARY KEY,
    client_id     BLOB NOT NULL,
    case_id       BLOB NOT NULL REFERENCES cases (id),
    round_id      BLOB NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('draft', 'in_review', 'approved', 'discarded')),
    version       INTEGER NOT NULL CHECK (version > 0),
    author        TEXT NOT NULL,
    created_at    TEXT NOT NULL,
    returned      TEXT,
    submission_id BLOB
) STRICT;
CREATE INDEX drafts_case ON drafts (case_id, created_at);
-- One at a time for a round, whatever the code does.
CREATE UNIQUE INDEX drafts_open ON drafts (round_id) WHERE state IN ('draft', 'in_review');

CREATE TABLE draft_versions (
    draft_id  BLOB NOT NULL REFERENCES drafts (id),
    version   INTEGER NOT NULL,
    client_id BLOB NOT NULL,
    edition   TEXT NOT NULL,
    saved_by  TEXT NOT NULL,
    saved_at  TEXT NOT NULL,
    PRIMARY KEY (draft_id, version)
) STRICT;

-- Above this amount every response to a dispute in this currency needs a second person.
CREATE TABLE client_limits (
    client_id BLOB NOT NULL REFERENCES clients (id),
    currency  TEXT NOT NULL,
    minor     INTEGER NOT NULL CHECK (minor >= 0),
    PRIMARY KEY (client_id, currency)
) STRICT;
