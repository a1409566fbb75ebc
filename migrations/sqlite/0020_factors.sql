-- How good a response was when it was queued (core::response::Quality, as JSON).
ALTER TABLE submissions ADD COLUMN quality TEXT;

-- How many units of which goods a client's files say were sold, and when: what complaints of those goods are held against.
CREATE TABLE sold (
    sku       TEXT NOT NULL,
    client_id BLOB NOT NULL,
    sold_at   TEXT NOT NULL,
    order_key TEXT NOT NULL,
    item_key  TEXT NOT NULL,
    units     INTEGER NOT NULL,
    PRIMARY KEY (sku, client_id, sold_at, order_key, item_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX sold_order ON sold (order_key, client_id);
INSERT INTO sold (sku, client_id, sold_at, order_key, item_key, units)
SELECT l.fact ->> 'sku', l.client_id, replace(o.fact ->> 'placed_at', 'Z', '+00:00'), l.order_key, l.item_key,
    l.fact ->> 'quantity'
FROM facts l JOIN facts o ON o.order_key = l.order_key AND o.client_id = l.client_id AND o.kind = 'order'
WHERE l.kind = 'line' AND l.fact ->> 'sku' IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM facts n WHERE n.order_key = l.order_key AND n.client_id = l.client_id
        AND n.kind = l.kind AND n.item_key = l.item_key AND n.version > l.version)
    AND NOT EXISTS (SELECT 1 FROM facts n WHERE n.order_key = o.order_key AND n.client_id = o.client_id
        AND n.kind = o.kind AND n.item_key = o.item_key AND n.version > o.version);

-- Packets that were made of a case's evidence: what an answer carries is known by its content, never by its name.
CREATE TABLE packets (
    case_id   BLOB NOT NULL REFERENCES cases (id),
    sha256    TEXT NOT NULL,
    client_id BLOB NOT NULL,
    language  TEXT NOT NULL,
    made_at   TEXT NOT NULL,
    PRIMARY KEY (case_id, sha256)
) STRICT, WITHOUT ROWID;
