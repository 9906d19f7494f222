DROP INDEX notification_oldest;
