-- How far a plan of many cases came: one that broke off is taken up where it stood.
ALTER TABLE bulk_plans ADD COLUMN moved_at TIMESTAMPTZ;
ALTER TABLE bulk_plans ADD COLUMN ended_at TIMESTAMPTZ;
UPDATE bulk_plans SET moved_at = begun_at WHERE begun_at IS NOT NULL;
UPDATE bulk_plans SET ended_at = begun_at WHERE result IS NOT NULL;
-- Whose page of a question it is, where a client's own person opened it while logged in.
ALTER TABLE info_tokens ADD COLUMN person_id UUID REFERENCES people (id);
