-- Whether a payment or refund is in the ledger (1) or not yet (0). What was there before the ledger, and what a program of
-- before it still does, is found by these and booked.
ALTER TABLE txn ADD COLUMN booked BIGINT NOT NULL DEFAULT 0;
CREATE INDEX txn_unbooked ON txn (paid_at) WHERE paid_at IS NOT NULL AND booked = 0;
ALTER TABLE refund ADD COLUMN booked BIGINT NOT NULL DEFAULT 0;
CREATE INDEX refund_unbooked ON refund (created_at) WHERE booked = 0;
