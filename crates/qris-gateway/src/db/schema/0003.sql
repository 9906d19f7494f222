-- Rows that wait, by partner: a sender asks who has any, and takes each partner's oldest.
CREATE INDEX notification_waiting ON notification (client_id, due_ms) WHERE state = 'pending';
-- Dead letters, oldest first.
CREATE INDEX notification_dead ON notification (created_at, id) WHERE state = 'dead';
-- The request that caused it.
ALTER TABLE notification ADD COLUMN request_id TEXT;
