-- Acquirers: upstreams that we call.
CREATE TABLE acquirer (
    client_id TEXT PRIMARY KEY REFERENCES partner (client_id),
    base_url TEXT NOT NULL,
    our_client_id TEXT NOT NULL,
    headers TEXT NOT NULL,
    silent_after BIGINT NOT NULL,
    deadline BIGINT,
    created_at BIGINT NOT NULL
);

-- The acquirer a merchant's codes are made by.
CREATE TABLE route (
    merchant_id TEXT PRIMARY KEY REFERENCES merchant (merchant_id),
    acquirer TEXT NOT NULL REFERENCES acquirer (client_id),
    their_merchant_id TEXT,
    created_at BIGINT NOT NULL
);

-- What an acquirer was asked to do, written before it was asked (kind: code, refund; state: asked, open, closed).
CREATE TABLE forward (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    reference_no TEXT NOT NULL,
    acquirer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    number TEXT,
    external_id TEXT,
    amount BIGINT,
    reason TEXT,
    their_reference_no TEXT,
    their_merchant_id TEXT,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    told_key TEXT
);
CREATE INDEX forward_due ON forward (acquirer, due_at) WHERE state <> 'closed';
CREATE INDEX forward_asked ON forward (client_id, external_id) WHERE state = 'asked';
CREATE INDEX forward_transaction ON forward (reference_no);
