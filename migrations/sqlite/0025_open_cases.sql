-- What is open is a small part of what is stored: the queue and its figures are read from these alone.
CREATE INDEX cases_open_queue ON cases (sort_at, id, turn, client_id, platform, assignee, closed_at) WHERE closed_at IS NULL;
CREATE INDEX cases_open_client ON cases (client_id, sort_at, id, turn, closed_at) WHERE closed_at IS NULL;
