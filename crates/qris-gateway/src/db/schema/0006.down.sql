DROP INDEX refund_unbooked;
ALTER TABLE refund DROP COLUMN booked;
DROP INDEX txn_unbooked;
ALTER TABLE txn DROP COLUMN booked;
