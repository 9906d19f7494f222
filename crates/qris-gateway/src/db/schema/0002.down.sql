DROP TABLE seen_request;

DROP INDEX exception_day;
UPDATE exception SET client_id = told_by WHERE told_by IS NOT NULL;
ALTER TABLE exception DROP COLUMN day;
ALTER TABLE exception DROP COLUMN told_by;

DROP TABLE closed_day;
DROP TABLE entry;

ALTER TABLE txn DROP COLUMN payment_key;
