-- People who log in, their sessions, the links with which they choose a password, and the log of what is done.

-- `name_key` and `email_key`: as names and addresses are compared, without regard to case and blanks. Histories name
-- people, so a name is one person's.
CREATE TABLE people (
    id          BLOB NOT NULL PRIMARY KEY,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL UNIQUE,
    email       TEXT NOT NULL,
    email_key   TEXT NOT NULL UNIQUE,
    role        TEXT NOT NULL CHECK (role IN ('admin', 'lead', 'specialist', 'auditor', 'client')),
    client_id   BLOB REFERENCES clients (id),
    -- argon2id, with its parameters and salt; none until it is chosen
    password    TEXT,
    disabled_at TEXT,
    created_at  TEXT NOT NULL,
    CHECK ((role = 'client') = (client_id IS NOT NULL))
) STRICT;

-- Codes of authenticator apps. `last_step`: the newest step that was accepted, so that no code counts twice.
CREATE TABLE second_factors (
    person_id    BLOB NOT NULL PRIMARY KEY REFERENCES people (id),
    key_id       TEXT NOT NULL,
    secret       BLOB NOT NULL,
    confirmed_at TEXT,
    last_step    INTEGER NOT NULL
) STRICT;
-- For who lost the phone: each works once instead of a code. Only their SHA-256.
CREATE TABLE recovery_codes (
    person_id BLOB NOT NULL REFERENCES people (id),
    hash      BLOB NOT NULL,
    PRIMARY KEY (person_id, hash)
) STRICT;

-- Only the SHA-256 of each session's id and of each link's token: who reads the database can use neither.
CREATE TABLE sessions (
    hash       BLOB NOT NULL PRIMARY KEY,
    id         BLOB NOT NULL UNIQUE,
    person_id  BLOB NOT NULL REFERENCES people (id),
    created_at TEXT NOT NULL,
    seen_at    TEXT NOT NULL,
    address    TEXT NOT NULL,
    agent      TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_person ON sessions (person_id, seen_at);
-- `person_id` is none for the link that makes the first admin.
CREATE TABLE password_links (
    hash       BLOB NOT NULL PRIMARY KEY,
    person_id  BLOB REFERENCES people (id),
    expires_at TEXT NOT NULL
) STRICT;
CREATE INDEX password_links_person ON password_links (person_id);

-- How often a log-in was tried since an instant, for an account or from a network address (`key`: SHA-256 of which), so
-- that guessing is slow.
CREATE TABLE log_in_tries (
    key      BLOB NOT NULL PRIMARY KEY,
    since_at TEXT NOT NULL,
    tries    INTEGER NOT NULL
) STRICT;
CREATE INDEX log_in_tries_since ON log_in_tries (since_at);

-- Who did what, when and from where: one chain over all rows. A row is written before the work begins, and its outcome
-- once it is known; so nothing is done that is not here.
CREATE TABLE audit (
    number      INTEGER NOT NULL PRIMARY KEY,
    at          TEXT NOT NULL,
    person_id   BLOB,
    actor       TEXT NOT NULL,
    kind        TEXT NOT NULL,
    detail      TEXT,
    detail_hash BLOB NOT NULL,
    link        BLOB NOT NULL,
    outcome     TEXT
) STRICT;
CREATE TABLE audit_head (
    id           INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    chain_length INTEGER NOT NULL,
    chain_head   BLOB NOT NULL
) STRICT;
INSERT INTO audit_head (id, chain_length, chain_head) VALUES (1, 0, zeroblob(32));
CREATE TRIGGER audit_append_only BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
-- An outcome is written once, and a detail may be erased on a person's request; everything else stays.
CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit
WHEN (new.detail IS NOT NULL AND new.detail IS NOT old.detail) OR new.number <> old.number OR new.at <> old.at
    OR new.person_id IS NOT old.person_id OR new.actor <> old.actor OR new.kind <> old.kind
    OR new.detail_hash <> old.detail_hash OR new.link <> old.link
    OR (old.outcome IS NOT NULL AND new.outcome IS NOT old.outcome)
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
