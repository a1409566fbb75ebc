-- Monthly packs of reports: which clients get them, what was made, and what became of it. The files themselves lie with the
-- others, by their content.
CREATE TABLE pack_subscriptions (
    client_id  BLOB PRIMARY KEY REFERENCES clients (id),
    zone       TEXT NOT NULL,
    language   TEXT NOT NULL,
    recipients TEXT NOT NULL,
    next_at    TEXT NOT NULL,
    set_by     TEXT NOT NULL,
    set_at     TEXT NOT NULL,
    ended_at   TEXT
) STRICT;

-- One pack for each client and month, for ever: none is made twice, so none is sent twice.
CREATE TABLE packs (
    id         BLOB PRIMARY KEY,
    client_id  BLOB NOT NULL REFERENCES clients (id),
    month      TEXT NOT NULL,
    language   TEXT NOT NULL,
    recipients TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'approved', 'sending', 'sent', 'unconfirmed', 'rejected')),
    files      TEXT NOT NULL,
    made_at    TEXT NOT NULL,
    decided_by TEXT,
    decided_at TEXT,
    sent_at    TEXT,
    note       TEXT,
    UNIQUE (client_id, month)
) STRICT;
