-- Rules of clients, and what they touched.

-- One row for each version; what a version says never changes.
CREATE TABLE client_rules (
    id           BLOB NOT NULL PRIMARY KEY,
    client_id    BLOB NOT NULL REFERENCES clients (id),
    name         TEXT NOT NULL,
    version      INTEGER NOT NULL,
    kind         TEXT NOT NULL CHECK (kind IN ('auto_accept_below', 'never_contest')),
    platform     TEXT,
    reason       TEXT,
    below_minor  INTEGER,
    currency     TEXT,
    state        TEXT NOT NULL CHECK (state IN ('dry_run', 'active', 'retired')),
    created_by   TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    tried_at     TEXT,
    activated_by TEXT,
    activated_at TEXT,
    retired_at   TEXT,
    UNIQUE (client_id, name, version),
    CHECK ((kind = 'auto_accept_below') = (below_minor IS NOT NULL AND currency IS NOT NULL))
) STRICT;
-- Whatever happens at the same moment: one version of a rule acts.
CREATE UNIQUE INDEX client_rules_active ON client_rules (client_id, name) WHERE state = 'active';

-- A version takes a case up once, notes it once, and is overridden once.
CREATE TABLE rule_hits (
    rule_id   BLOB NOT NULL REFERENCES client_rules (id),
    case_id   BLOB NOT NULL REFERENCES cases (id),
    kind      TEXT NOT NULL CHECK (kind IN ('noted', 'acted', 'overridden')),
    client_id BLOB NOT NULL,
    at        TEXT NOT NULL,
    note      TEXT NOT NULL,
    PRIMARY KEY (rule_id, case_id, kind)
) STRICT;

-- The history that a recommendation rests on.
CREATE INDEX cases_contested ON cases (platform, reason, client_id, outcome) WHERE contested;
