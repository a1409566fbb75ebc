-- One pack for each client and month that may go out; one that a lead rejected may be made anew, and stays beside it.
ALTER TABLE packs DROP CONSTRAINT packs_client_id_month_key;
CREATE UNIQUE INDEX packs_month ON packs (client_id, month) WHERE state <> 'rejected';
