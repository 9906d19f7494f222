-- Rows that wait, by partner: a sender asks who has any, and takes each partner's oldest.
CREATE INDEX notification_waiting ON notification (client_id, due_ms) WHERE state = 'pending';
