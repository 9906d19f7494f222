-- Rows that wait, oldest first: how old the oldest is.
CREATE INDEX notification_oldest ON notification (state, created_at) WHERE state = 'pending';
