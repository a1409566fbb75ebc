-- Where it went (two letters of ISO 3166) and what was bought (its SKU, or `several`), as known when the dispute opened;
-- empty where nothing tells it. Rows of before are filled up by `docket migrate`.
ALTER TABLE report_cases ADD COLUMN country TEXT NOT NULL DEFAULT '';
ALTER TABLE report_cases ADD COLUMN product TEXT NOT NULL DEFAULT '';
