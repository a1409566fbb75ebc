-- What the platform's reason for its decision speaks of, as its connector groups it; empty where it told none.
ALTER TABLE report_cases ADD COLUMN decision TEXT NOT NULL DEFAULT '';
