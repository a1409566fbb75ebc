-- Where it went (two letters of ISO 3166) and what was bought (its SKU, or `several`), as known when the dispute opened;
-- empty where nothing tells it. Rows of before are filled up by `docket migrate`.
ALTER TABLE report_cases ADD COLUMN country TEXT NOT NULL DEFAULT '';
ALTER TABLE report_cases ADD COLUMN product TEXT NOT NULL DEFAULT '';

-- What an account sold in a month, as its owner tells: what its disputes are held against, beside the win rate and never in it.
-- Append-only; of one month and currency what was told last counts.
CREATE TABLE account_sales (
    connection_id UUID NOT NULL REFERENCES connections (id),
    client_id     UUID NOT NULL,
    month         TEXT NOT NULL,
    currency      TEXT NOT NULL,
    amount_minor  BIGINT NOT NULL CHECK (amount_minor >= 0),
    sales         BIGINT NOT NULL CHECK (sales >= 0),
    told_by       TEXT NOT NULL,
    told_at       TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (connection_id, month, currency, told_at)
);
