-- Who bought, as keyed fingerprints (`docket_store::Keyring::fingerprints`): a search for a buyer finds cases, and nobody reads
-- a name out of them.
CREATE TABLE order_buyers (
    print     TEXT NOT NULL,
    client_id UUID NOT NULL,
    order_key TEXT NOT NULL,
    PRIMARY KEY (print, client_id, order_key)
);
CREATE INDEX order_buyers_order ON order_buyers (order_key, client_id);
CREATE TABLE case_buyers (
    print     TEXT NOT NULL,
    client_id UUID NOT NULL,
    case_id   UUID NOT NULL,
    PRIMARY KEY (print, client_id, case_id)
);
CREATE INDEX case_buyers_case ON case_buyers (case_id);
