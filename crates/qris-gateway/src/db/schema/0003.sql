-- Rows that wait, by partner: a sender asks who has any, and takes each partner's oldest.
CREATE INDEX notification_waiting ON notification (client_id, due_ms) WHERE state = 'pending';
-- Dead letters, oldest first.
CREATE INDEX notification_dead ON notification (created_at, id) WHERE state = 'dead';
-- The request that caused it.
ALTER TABLE notification ADD COLUMN request_id TEXT;

-- What was done about an exception, by whom and why: rows are added and never changed (action: closed, assigned,
-- refunded). Day: the settlement day. An exception is open until it has one that says closed.
CREATE TABLE exception_note (
    exception_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    reason TEXT NOT NULL,
    amount BIGINT,
    reference_no TEXT,
    day BIGINT NOT NULL,
    PRIMARY KEY (exception_id, seq)
);
CREATE INDEX exception_note_day ON exception_note (day);
