-- Lists of packs begin with the newest month.
CREATE INDEX packs_by_month ON packs (month DESC, client_id, made_at DESC);
-- The list of clients counts how all their cases of a year ended: read from this alone, in its order.
CREATE INDEX report_cases_counted ON report_cases (client_id, outcome, contested, opened_on);
