-- The payer's account, as the upstream or the issuer names it.
ALTER TABLE txn ADD COLUMN customer_pan TEXT;
