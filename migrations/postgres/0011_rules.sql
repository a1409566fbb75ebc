-- Rules of clients, and what they touched.

-- One row for each version; what a version says never changes.
CREATE TABLE client_rules (
    id           UUID NOT NULL PRIMARY KEY,
    client_id    UUID NOT NULL REFERENCES clients (id),
    name         TEXT NOT NULL,
    version      BIGINT NOT NULL,
    kind         TEXT NOT NULL CHECK (kind IN ('auto_accept_below', 'never_contest')),
    platform     TEXT,
    reason       TEXT,
    below_minor  BIGINT,
    currency     TEXT,
    state        TEXT NOT NULL CHECK (state IN ('dry_run', 'active', 'retired')),
    created_by   TEXT NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    tried_at     TIMESTAMPTZ,
    activated_by TEXT,
    activated_at TIMESTAMPTZ,
    retired_at   TIMESTAMPTZ,
    UNIQUE (client_id, name, version),
    CHECK ((kind = 'auto_accept_below') = (below_minor IS NOT NULL AND currency IS NOT NULL))
);
-- Whatever happens at the same moment: one version of a rule acts.
CREATE UNIQUE INDEX client_rules_active ON client_rules (client_id, name) WHERE state = 'active';

-- A version takes a case up once, notes it once, and is overridden once.
CREATE TABLE rule_hits (
    rule_id   UUID NOT NULL REFERENCES client_rules (id),
    case_id   UUID NOT NULL REFERENCES cases (id),
    kind      TEXT NOT NULL CHECK (kind IN ('noted', 'acted', 'overridden')),
    client_id UUID NOT NULL,
    at        TIMESTAMPTZ NOT NULL,
    note      TEXT NOT NULL,
    PRIMARY KEY (rule_id, case_id, kind)
);

-- The history that a recommendation rests on.
CREATE INDEX cases_contested ON cases (platform, reason, client_id, outcome) WHERE contested;
