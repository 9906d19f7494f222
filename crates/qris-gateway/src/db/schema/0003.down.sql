DROP TABLE exception_note;

ALTER TABLE notification DROP COLUMN request_id;
DROP INDEX notification_dead;
DROP INDEX notification_waiting;
