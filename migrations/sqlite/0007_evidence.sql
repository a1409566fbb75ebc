-- What people bring to a case to win it, and what they say of its checklist.

-- Pieces of evidence. None is ever taken out: a piece is withdrawn. `item` is the piece as JSON (core::evidence::Item).
CREATE TABLE evidence (
    id           BLOB NOT NULL PRIMARY KEY,
    client_id    BLOB NOT NULL,
    case_id      BLOB NOT NULL REFERENCES cases (id),
    item         TEXT NOT NULL,
    added_at     TEXT NOT NULL,
    withdrawn_at TEXT
) STRICT;
CREATE INDEX evidence_case ON evidence (case_id, added_at, id);

-- What a person says of a case's checklist, newest word only; the history has the words before. `subject` is a kind of
-- evidence that does not apply, with the reason as `says`; or 'goods', with the kind of goods.
CREATE TABLE checklist_marks (
    case_id   BLOB NOT NULL REFERENCES cases (id),
    subject   TEXT NOT NULL,
    client_id BLOB NOT NULL,
    says      TEXT NOT NULL,
    said_by   TEXT NOT NULL,
    said_at   TEXT NOT NULL,
    PRIMARY KEY (case_id, subject)
) STRICT;
