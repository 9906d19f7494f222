DROP TABLE forward;
DROP TABLE route;
DROP TABLE acquirer;
