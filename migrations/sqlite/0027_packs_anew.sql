-- One pack for each client and month that may go out; one that a lead rejected may be made anew, and stays beside it.
CREATE TABLE packs_anew (
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
    note       TEXT
) STRICT;
INSERT INTO packs_anew (id, client_id, month, language, recipients, state, files, made_at, decided_by, decided_at, sent_at, note)
SELECT id, client_id, month, language, recipients, state, files, made_at, decided_by, decided_at, sent_at, note FROM packs;
DROP TABLE packs;
ALTER TABLE packs_anew RENAME TO packs;
CREATE UNIQUE INDEX packs_month ON packs (client_id, month) WHERE state <> 'rejected';
