-- The log of one person, or of one kind of thing, without reading all of it.
CREATE INDEX audit_kind ON audit (kind, number);
CREATE INDEX audit_actor ON audit (actor, number);
