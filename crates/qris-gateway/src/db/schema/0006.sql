-- Whether a payment, refund, exception or what was given back of one is in the ledger (1) or not yet (0). What was there before the ledger, and what a program of
-- before it still does, is found by these and booked.
ALTER TABLE txn ADD COLUMN booked BIGINT NOT NULL DEFAULT 0;
CREATE INDEX txn_unbooked ON txn (paid_at) WHERE paid_at IS NOT NULL AND booked = 0;
ALTER TABLE refund ADD COLUMN booked BIGINT NOT NULL DEFAULT 0;
CREATE INDEX refund_unbooked ON refund (created_at) WHERE booked = 0;
ALTER TABLE exception ADD COLUMN booked BIGINT NOT NULL DEFAULT 0;
CREATE INDEX exception_unbooked ON exception (created_at) WHERE booked = 0;
ALTER TABLE exception_note ADD COLUMN booked BIGINT NOT NULL DEFAULT 0;
CREATE INDEX exception_note_unbooked ON exception_note (created_at) WHERE action = 'refunded' AND booked = 0;
