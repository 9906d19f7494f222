-- Several keys of the gateway: the newest that may sign signs; a public half holds until its time (none: no end).
ALTER TABLE gateway_key ADD COLUMN signs_from BIGINT NOT NULL DEFAULT 0;
ALTER TABLE gateway_key ADD COLUMN valid_until BIGINT;

-- Networks a partner may ask from, with commas between them; empty: from everywhere.
ALTER TABLE partner ADD COLUMN allow_ips TEXT NOT NULL DEFAULT '';
