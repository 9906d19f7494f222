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
INSERT INTO entry (id, day, kind, client_id, merchant_id, reference_no, amount, tip, payer, rrn, created_at)
    SELECT reference_no, (paid_at + 25200) / 86400, 'payment', client_id, merchant_id, reference_no, paid_amount, paid_tip,
    payer, rrn, paid_at FROM txn WHERE paid_at IS NOT NULL;
INSERT INTO entry (id, day, kind, client_id, merchant_id, reference_no, amount, tip, payer, rrn, created_at)
    SELECT r.refund_no, (r.created_at + 25200) / 86400, 'refund', t.client_id, t.merchant_id, t.reference_no, r.amount, 0,
    NULL, t.rrn, r.created_at FROM refund r JOIN txn t ON t.reference_no = r.reference_no;

-- Settlement days that are over: nothing is booked on them, or on a day before them, any more.
CREATE TABLE closed_day (
    day BIGINT PRIMARY KEY,
    closed_at BIGINT NOT NULL
);

-- An exception belongs to the partner whose transaction it touches; who told of it stands beside it.
ALTER TABLE exception ADD COLUMN told_by TEXT;
ALTER TABLE exception ADD COLUMN day BIGINT NOT NULL DEFAULT 0;
UPDATE exception SET told_by = client_id, day = (created_at + 25200) / 86400;
UPDATE exception SET client_id = (SELECT t.client_id FROM txn t WHERE t.reference_no = exception.reference_no)
    WHERE EXISTS (SELECT 1 FROM txn t WHERE t.reference_no = exception.reference_no);
CREATE INDEX exception_day ON exception (day, id);
INSERT INTO entry (id, day, kind, client_id, merchant_id, reference_no, amount, tip, payer, rrn, created_at)
    SELECT id, day, 'exception', client_id, '', COALESCE(reference_no, ''), COALESCE(amount, 0), 0, told_by, NULL, created_at
    FROM exception;

-- Signed requests that were carried out, until their timestamps are taken no more.
CREATE TABLE seen_request (
    client_id TEXT NOT NULL,
    digest BLOB NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (client_id, digest)
);
CREATE INDEX seen_request_until ON seen_request (until);
