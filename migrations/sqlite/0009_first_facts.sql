-- References of cases are written only for clients whose files have told anything: for all others nothing can be found by
-- them, and they made a first sync slower. A client's first fact fills them in, in the same commit.
ALTER TABLE clients ADD COLUMN told INTEGER NOT NULL DEFAULT 0 CHECK (told IN (0, 1));
UPDATE clients SET told = 1 WHERE id IN (SELECT client_id FROM facts);
DELETE FROM case_refs WHERE client_id NOT IN (SELECT id FROM clients WHERE told);
