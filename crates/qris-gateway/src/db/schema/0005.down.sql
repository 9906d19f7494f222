ALTER TABLE partner DROP COLUMN allow_ips;

-- The key that signs now is the only one, under the number that older programs know.
DELETE FROM gateway_key WHERE id <> (SELECT MAX(id) FROM gateway_key WHERE signs_from <= :now);
UPDATE gateway_key SET id = 1;
ALTER TABLE gateway_key DROP COLUMN valid_until;
ALTER TABLE gateway_key DROP COLUMN signs_from;
