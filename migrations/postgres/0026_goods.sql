-- How often the goods of a case were complained of before the day on which it was opened, beside the client's other goods: in the
-- form of `factor_sets`, worked out behind what it follows from.
CREATE TABLE goods_factors (
    case_id     UUID NOT NULL PRIMARY KEY,
    client_id   UUID NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    factors     TEXT NOT NULL
);

-- The days of opening of a client's cases for which that is to be worked out anew: from `since` up to and without `until`.
-- Nothing while they are equal. Rows stay, and `version` only grows, so that whoever works one off sees that more was asked.
CREATE TABLE goods_due (
    client_id UUID NOT NULL PRIMARY KEY,
    since     TEXT NOT NULL,
    until     TEXT NOT NULL,
    version   BIGINT NOT NULL
);
INSERT INTO goods_due (client_id, since, until, version)
SELECT DISTINCT client_id, '0000-01-01', '9999-12-31', 1 FROM case_skus;

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
            UNION ALL SELECT case_id, client_id, recorded_at, factors FROM goods_factors
        ) AS s, json_array_elements(s.factors::json) AS f
    ) AS every
) AS placed LEFT JOIN cases c ON c.id = placed.case_id WHERE place = 1;
