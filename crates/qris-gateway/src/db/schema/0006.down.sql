DROP INDEX exception_note_unbooked;
ALTER TABLE exception_note DROP COLUMN booked;
DROP INDEX exception_unbooked;
ALTER TABLE exception DROP COLUMN booked;
DROP INDEX refund_unbooked;
ALTER TABLE refund DROP COLUMN booked;
DROP INDEX txn_unbooked;
ALTER TABLE txn DROP COLUMN booked;
