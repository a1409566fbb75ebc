-- In which language and time zone (IANA) a person reads the pages.
ALTER TABLE people ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
ALTER TABLE people ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'UTC';
