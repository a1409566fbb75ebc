-- How good a response was when it was queued (core::response::Quality, as JSON).
ALTER TABLE submissions ADD COLUMN quality TEXT;

-- How many units of which goods a client's files say were sold, and when: what complaints of those goods are held against.
CREATE TABLE sold (
    sku       TEXT NOT NULL,
    client_id UUID NOT NULL,
    sold_at   TIMESTAMPTZ NOT NULL,
    order_key TEXT NOT NULL,
    item_key  TEXT NOT NULL,
    units     BIGINT NOT NULL,
    PRIMARY KEY (sku, client_id, sold_at, order_key, item_key)
);
CREATE INDEX sold_order ON sold (order_key, client_id);
INSERT INTO sold (sku, client_id, sold_at, order_key, item_key, units)
SELECT l.fact::jsonb ->> 'sku', l.client_id, (o.fact::jsonb ->> 'placed_at')::timestamptz, l.order_key, l.item_key,
    (l.fact::jsonb ->> 'quantity')::bigint
FROM facts l JOIN facts o ON o.order_key = l.order_key AND o.client_id = l.client_id AND o.kind = 'order'
WHERE l.kind = 'line' AND l.fact::jsonb ->> 'sku' IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM facts n WHERE n.order_key = l.order_key AND n.client_id = l.client_id
        AND n.kind = l.kind AND n.item_key = l.item_key AND n.version > l.version)
    AND NOT EXISTS (SELECT 1 FROM facts n WHERE n.order_key = o.order_key AND n.client_id = o.client_id
        AND n.kind = o.kind AND n.item_key = o.item_key AND n.version > o.version);

-- Packets that were made of a case's evidence: what an answer carries is known by its content, never by its name.
CREATE TABLE packets (
    case_id   UUID NOT NULL REFERENCES cases (id),
    sha256    TEXT NOT NULL,
    client_id UUID NOT NULL,
    language  TEXT NOT NULL,
    made_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (case_id, sha256)
);
