-- Several platforms: how a listing tells versions of a dispute apart, what platforms know of orders, how merchants have
-- set them up, and what their webhooks said.

-- The version that was read last: as the platform's listing tells it, and as the body's own hash.
ALTER TABLE cases ADD COLUMN mark TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN body_hash BYTEA;
-- Closed cases that may come back are looked at again on platforms whose listing does not tell.
CREATE INDEX cases_closed ON cases (connection_id, closed_at) WHERE closed_at IS NOT NULL;

-- What a person must know of a platform though everything still works, and who renews the credentials until when.
ALTER TABLE connections ADD COLUMN alarm TEXT;
ALTER TABLE connections ADD COLUMN renew_until TIMESTAMPTZ;

-- A response that the platform keeps unsent counts as pending too.
DROP INDEX submissions_pending;
CREATE UNIQUE INDEX submissions_pending ON submissions (case_id) WHERE state IN ('prepared', 'sending', 'sent_unconfirmed', 'held');

-- What a platform knows of the disputed order, without the buyer's personal data; once per content.
CREATE TABLE orders (
    case_id     UUID NOT NULL,
    hash        BYTEA NOT NULL,
    client_id   UUID NOT NULL,
    observed_at TIMESTAMPTZ NOT NULL,
    body        BYTEA NOT NULL,
    PRIMARY KEY (case_id, hash)
);

-- Orders that are still to be read: one row for each case, worked off one connection at a time.
CREATE TABLE order_wishes (
    connection_id UUID NOT NULL,
    case_id       UUID NOT NULL,
    client_id     UUID NOT NULL,
    PRIMARY KEY (connection_id, case_id)
);

-- The settings checklist (domain E2), append-only: what held from when on, who says so, and when it was recorded.
CREATE TABLE settings (
    id            UUID NOT NULL PRIMARY KEY,
    client_id     UUID NOT NULL,
    connection_id UUID NOT NULL REFERENCES connections (id),
    item          TEXT NOT NULL,
    value         TEXT NOT NULL CHECK (value IN ('yes', 'no', 'unknown')),
    source        TEXT NOT NULL CHECK (source IN ('platform', 'person')),
    note          TEXT,
    valid_from    TIMESTAMPTZ NOT NULL,
    recorded_at   TIMESTAMPTZ NOT NULL,
    recorded_by   TEXT NOT NULL
);
CREATE INDEX settings_item ON settings (connection_id, item, valid_from, recorded_at, id);

-- Verified webhooks, once per event of the platform. `state`: 'done' needs nobody, 'open' waits for a person.
CREATE TABLE webhooks (
    connection_id UUID NOT NULL REFERENCES connections (id),
    event         TEXT NOT NULL,
    client_id     UUID NOT NULL,
    topic         TEXT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('done', 'open')),
    received_at   TIMESTAMPTZ NOT NULL,
    body          BYTEA NOT NULL,
    PRIMARY KEY (connection_id, event)
);
CREATE INDEX webhooks_done ON webhooks (received_at) WHERE state = 'done';
CREATE INDEX webhooks_open ON webhooks (client_id, received_at) WHERE state = 'open';
