-- A case that was lost without a response missed its deadline, also where the deadline itself is not known.
UPDATE report_cases SET answer = 'missed' WHERE outcome = 'lost_no_response' AND answer = 'not_due'
    AND case_id IN (SELECT c.id FROM cases c JOIN rounds r ON r.id = c.round_id WHERE r.responded_at IS NULL);
