-- What reports are counted from: one narrow row for each case, written in the commit that writes the case or its factors.
-- The cases themselves are ten times as wide, and what was known of a case when it opened took seconds to work out.

-- Days are of UTC; an empty text means that there is none. `levels` is one word for each factor of the catalogue, as known
-- when the dispute opened (core::factor::levels). `kept_minor` is what a partial win kept, where the platform tells it.
-- `answer` says whether the latest round was answered in time; `due` is missed once
-- `due_at` has passed (core::case::Answer).
CREATE TABLE report_cases (
    seq           INTEGER NOT NULL PRIMARY KEY,
    case_id       BLOB NOT NULL UNIQUE,
    client_id     BLOB NOT NULL,
    connection_id BLOB NOT NULL,
    opened_on     TEXT NOT NULL,
    closed_on     TEXT NOT NULL,
    platform      TEXT NOT NULL,
    reason        TEXT NOT NULL,
    stage         TEXT NOT NULL,
    currency      TEXT NOT NULL,
    amount_minor  INTEGER NOT NULL,
    outcome       TEXT NOT NULL,
    contested     INTEGER NOT NULL CHECK (contested IN (0, 1)),
    answer        TEXT NOT NULL,
    due_at        TEXT,
    assignee      TEXT NOT NULL,
    evidence      TEXT NOT NULL DEFAULT '',
    kept_minor    INTEGER,
    levels        TEXT NOT NULL
) STRICT;
CREATE INDEX report_cases_client ON report_cases (client_id);

-- What is derived from other tables, by which version of the program's rules. A database that lags behind is filled up by
-- `docket migrate`, in steps that can be broken off: `reached` is the last case that is done.
CREATE TABLE derived (
    name    TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    reached BLOB
) STRICT;
INSERT INTO derived (name, version) VALUES ('report_cases', 0);

-- What disputes cost, append-only: of the rows of a connection and kind, the one of the latest day up to the opening counts,
-- and of several of one day the one set last. `share_ppm` is the agency's share of what a contest retained.
CREATE TABLE fee_rules (
    connection_id BLOB NOT NULL REFERENCES connections (id),
    client_id     BLOB NOT NULL,
    kind          TEXT NOT NULL CHECK (kind IN ('platform', 'agency')),
    valid_from    TEXT NOT NULL,
    amount_minor  INTEGER NOT NULL CHECK (amount_minor >= 0),
    currency      TEXT NOT NULL,
    back_on_win   INTEGER NOT NULL CHECK (back_on_win IN (0, 1)),
    share_ppm     INTEGER NOT NULL CHECK (share_ppm BETWEEN 0 AND 1000000),
    set_by        TEXT NOT NULL,
    set_at        TEXT NOT NULL,
    PRIMARY KEY (connection_id, kind, valid_from, set_at)
) STRICT;

-- Rates of exchange by day, in parts of 10^12: what one unit of `base` was worth in `quote`.
CREATE TABLE exchange_rates (
    quote       TEXT NOT NULL,
    day         TEXT NOT NULL,
    base        TEXT NOT NULL,
    rate        INTEGER NOT NULL CHECK (rate > 0),
    imported_by TEXT NOT NULL,
    imported_at TEXT NOT NULL,
    PRIMARY KEY (quote, day, base)
) STRICT;
