-- What contests came to is counted by how complete their evidence was, too.
DROP INDEX cases_contested;
CREATE INDEX cases_contested ON cases (platform, reason, client_id, evidence, outcome) WHERE contested;
