-- Monthly packs of reports: which clients get them, what was made, and what became of it. The files themselves lie with the
-- others, by their content.
CREATE TABLE pack_subscriptions (
    client_id  UUID PRIMARY KEY REFERENCES clients (id),
    zone       TEXT NOT NULL,
    language   TEXT NOT NULL,
    recipients TEXT NOT NULL,
    next_at    TIMESTAMPTZ NOT NULL,
    set_by     TEXT NOT NULL,
    set_at     TIMESTAMPTZ NOT NULL,
    ended_at   TIMESTAMPTZ
);

-- One pack for each client and month, for ever: none is made twice, so none is sent twice.
CREATE TABLE packs (
    id         UUID PRIMARY KEY,
    client_id  UUID NOT NULL REFERENCES clients (id),
    month      TEXT NOT NULL,
    language   TEXT NOT NULL,
    recipients TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'approved', 'sending', 'sent', 'unconfirmed', 'rejected')),
    files      TEXT NOT NULL,
    made_at    TIMESTAMPTZ NOT NULL,
    decided_by TEXT,
    decided_at TIMESTAMPTZ,
    sent_at    TIMESTAMPTZ,
    note       TEXT,
    UNIQUE (client_id, month)
);
