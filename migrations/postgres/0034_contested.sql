-- What contests came to is counted from this index alone: with what its condition names among its columns.
DROP INDEX cases_contested;
CREATE INDEX cases_contested ON cases (platform, reason, client_id, evidence, outcome, contested) WHERE contested;
