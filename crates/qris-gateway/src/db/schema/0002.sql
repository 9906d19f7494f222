-- What tells a payment from another one of the same QR code, as the payer's side names it.
ALTER TABLE txn ADD COLUMN payment_key TEXT;

-- The ledger: one row for each payment, refund and exception, never changed. Day: the settlement day, days since 1970 (WIB).
CREATE TABLE entry (
    id TEXT PRIMARY KEY,
    day BIGINT NOT NULL,
    kind TEXT NOT NULL,
    client_id TEXT NOT NULL,
    merchant_id TEXT NOT NULL,
    reference_no TEXT NOT NULL,
    amount BIGINT NOT NULL,
    tip BIGINT NOT NULL,
    payer TEXT,
    rrn TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX entry_day ON entry (day, id);

-- Settlement days that are over: nothing is booked on them, or on a day before them, any more.
CREATE TABLE closed_day (
    day BIGINT PRIMARY KEY,
    closed_at BIGINT NOT NULL
);

-- An exception belongs to the partner whose transaction it touches; who told of it stands beside it. Day 0: one that is
-- not booked yet.
ALTER TABLE exception ADD COLUMN told_by TEXT;
ALTER TABLE exception ADD COLUMN day BIGINT NOT NULL DEFAULT 0;
CREATE INDEX exception_day ON exception (day, id);

-- Signed requests that were carried out, until their timestamps are taken no more. New ones stand beside each other.
CREATE TABLE seen_request (
    signed_at BIGINT NOT NULL,
    digest BLOB NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (signed_at, digest)
);
CREATE INDEX seen_request_until ON seen_request (until);
