-- Facts gather themselves: what merchants' files tell of orders, and which order belongs to which case.

-- Each version of each fact once; a later file adds a version, and the highest one counts. `order_key` is the reference
-- that the file goes by, in the one form that references are compared in; a policy belongs to no order and has the
-- client's id there. `fact` is JSON. A key comes before the client, because a client's range of ids alone reads all its rows.
CREATE TABLE facts (
    order_key TEXT NOT NULL,
    client_id UUID NOT NULL,
    kind      TEXT NOT NULL,
    item_key  TEXT NOT NULL,
    version   BIGINT NOT NULL,
    content   BYTEA NOT NULL,
    fact      TEXT NOT NULL,
    told_by   TEXT NOT NULL,
    told_at   TIMESTAMPTZ NOT NULL,
    place     TEXT NOT NULL,
    PRIMARY KEY (order_key, client_id, kind, item_key, version)
);

-- References that lead to an order. `named` tells orders that a file describes from references that only parcels, refunds
-- or messages go by.
CREATE TABLE order_refs (
    ref       TEXT NOT NULL,
    client_id UUID NOT NULL,
    order_key TEXT NOT NULL,
    named     BOOLEAN NOT NULL,
    PRIMARY KEY (ref, client_id, order_key)
);
CREATE INDEX order_refs_order ON order_refs (order_key, client_id);
CREATE INDEX order_refs_own ON order_refs (client_id, order_key) WHERE ref = order_key;

-- References that a case's platform names, in the same form.
CREATE TABLE case_refs (
    ref       TEXT NOT NULL,
    client_id UUID NOT NULL,
    case_id   UUID NOT NULL,
    PRIMARY KEY (ref, client_id, case_id)
);
INSERT INTO case_refs (ref, client_id, case_id)
SELECT DISTINCT lower(trim(ltrim(trim(r.value), '#')) COLLATE "C"), c.client_id, c.id
FROM cases c, json_array_elements_text(c.order_refs::json) AS r (value)
WHERE trim(ltrim(trim(r.value), '#')) <> '';

-- What a person says: this order belongs to this case, or does not. The last word counts; the case's history has them all.
CREATE TABLE order_joins (
    case_id   UUID NOT NULL,
    order_key TEXT NOT NULL,
    client_id UUID NOT NULL,
    joined    BOOLEAN NOT NULL,
    told_by   TEXT NOT NULL,
    told_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (case_id, order_key)
);
CREATE INDEX order_joins_order ON order_joins (order_key, client_id);

-- What follows from a case's dossier: its factors as they are now known. Replaced whenever the dossier changes, since a fact
-- that was corrected, or of an order that was taken off again, explains nothing. `factors` is as in `factor_sets`.
CREATE TABLE dossier_factors (
    case_id     UUID NOT NULL PRIMARY KEY,
    client_id   UUID NOT NULL,
    content     BYTEA NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    factors     TEXT NOT NULL
);

-- Which goods a case is about, for counting complaints of the same goods.
CREATE TABLE case_skus (
    sku       TEXT NOT NULL,
    client_id UUID NOT NULL,
    case_id   UUID NOT NULL,
    PRIMARY KEY (sku, client_id, case_id)
);
CREATE INDEX case_skus_case ON case_skus (case_id);

-- `known` cuts: 'opening' is what speaks of an instant up to the dispute's opening, 'later' is everything else. What came
-- later must not explain how a dispute came about.
DROP VIEW factors;
CREATE VIEW factors AS
SELECT placed.case_id, placed.client_id, kind, source, value, as_of, recorded_at,
    CASE WHEN as_of <= c.opened_at THEN 'opening' ELSE 'later' END AS known
FROM (
    SELECT case_id, client_id, kind, source, value, as_of, recorded_at, row_number() OVER (
        PARTITION BY case_id, client_id, kind, source, value ORDER BY recorded_at, as_of
    ) AS place
    FROM (
        SELECT s.case_id, s.client_id, s.recorded_at, f ->> 0 AS kind, f ->> 1 AS source, f ->> 2 AS value,
            (f ->> 3)::timestamptz AS as_of
        FROM (
            SELECT case_id, client_id, recorded_at, factors FROM factor_sets
            UNION ALL SELECT case_id, client_id, recorded_at, factors FROM dossier_factors
        ) AS s, json_array_elements(s.factors::json) AS f
    ) AS every
) AS placed LEFT JOIN cases c ON c.id = placed.case_id WHERE place = 1;
