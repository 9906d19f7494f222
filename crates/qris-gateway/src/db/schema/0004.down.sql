DROP INDEX inquiry_created;
DROP INDEX notification_ended;

DELETE FROM merchant_part WHERE kind = 'upstream';
