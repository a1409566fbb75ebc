-- Lists of packs begin with the newest month.
CREATE INDEX packs_by_month ON packs (month DESC, client_id, made_at DESC);
