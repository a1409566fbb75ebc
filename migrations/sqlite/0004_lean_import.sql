-- What an import writes gets leaner.

-- Bodies are packed; those of before stay as they are.
ALTER TABLE snapshots ADD COLUMN packing TEXT NOT NULL DEFAULT 'none' CHECK (packing IN ('none', 'lz4'));

-- What one reading says of a case's factors becomes one row instead of one for each factor: they were two thirds of all
-- rows that an import wrote. `factors` becomes a view that shows each of them once, as it was first recorded.

-- `content` is SHA-256 of kinds, sources and values; `factors` an array of [kind, source, value, as_of].
CREATE TABLE factor_sets (
    case_id     BLOB NOT NULL,
    content     BLOB NOT NULL,
    client_id   BLOB NOT NULL,
    recorded_at TEXT NOT NULL,
    factors     TEXT NOT NULL,
    PRIMARY KEY (case_id, content)
) STRICT;

-- What was recorded before goes by its moment instead of a hash: a later reading that says the same adds a row once.
INSERT INTO factor_sets (case_id, content, client_id, recorded_at, factors)
SELECT case_id, CAST(recorded_at AS BLOB), client_id, recorded_at, json_group_array(json_array(kind, source, value, as_of))
FROM factors GROUP BY case_id, client_id, recorded_at;
DROP TABLE factors;

CREATE VIEW factors AS
SELECT case_id, client_id, kind, source, value, as_of, recorded_at FROM (
    SELECT case_id, client_id, kind, source, value, as_of, recorded_at, row_number() OVER (
        PARTITION BY case_id, client_id, kind, source, value ORDER BY recorded_at, as_of
    ) AS place
    FROM (
        SELECT s.case_id, s.client_id, s.recorded_at, f.value ->> 0 AS kind, f.value ->> 1 AS source,
            f.value ->> 2 AS value, f.value ->> 3 AS as_of
        FROM factor_sets AS s, json_each(s.factors) AS f
    ) AS every
) AS placed WHERE place = 1;
