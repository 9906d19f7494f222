ALTER TABLE txn DROP COLUMN customer_pan;
