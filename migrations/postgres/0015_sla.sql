-- What was promised to clients about time. Clocks are computed from the history; nothing here counts.

-- Calendars and contracts: one row for each version, which holds until the next one starts; what a version says never
-- changes. `body` is its file as JSON.
CREATE TABLE sla_calendars (
    client_id   UUID NOT NULL REFERENCES clients (id),
    name        TEXT NOT NULL,
    version     BIGINT NOT NULL,
    starts_at   TIMESTAMPTZ NOT NULL,
    body        TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (client_id, name, version),
    UNIQUE (client_id, name, starts_at)
);

CREATE TABLE sla_contracts (
    client_id   UUID NOT NULL REFERENCES clients (id),
    version     BIGINT NOT NULL,
    starts_at   TIMESTAMPTZ NOT NULL,
    body        TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (client_id, version),
    UNIQUE (client_id, starts_at)
);

-- The register of exclusions: an event has one row for each client that it hit. It counts once a second person approved it.
CREATE TABLE sla_exclusions (
    id          UUID NOT NULL,
    client_id   UUID NOT NULL REFERENCES clients (id),
    cause       TEXT NOT NULL CHECK (cause IN ('platform_outage', 'no_access', 'force_majeure')),
    platforms   TEXT NOT NULL,
    starts_at   TIMESTAMPTZ NOT NULL,
    ends_at     TIMESTAMPTZ NOT NULL,
    evidence    TEXT NOT NULL,
    from_log    BOOLEAN NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('proposed', 'approved', 'rejected')),
    proposed_by TEXT NOT NULL,
    proposed_at TIMESTAMPTZ NOT NULL,
    decided_by  TEXT,
    decided_at  TIMESTAMPTZ,
    note        TEXT,
    PRIMARY KEY (id, client_id),
    CHECK ((state = 'proposed') = (decided_by IS NULL)),
    CHECK (decided_by IS NULL OR decided_by <> proposed_by)
);
CREATE INDEX sla_exclusions_client ON sla_exclusions (client_id, starts_at);

-- Reports go through a client's rounds by when they began.
CREATE INDEX rounds_begun ON rounds (client_id, opened_at, id);
