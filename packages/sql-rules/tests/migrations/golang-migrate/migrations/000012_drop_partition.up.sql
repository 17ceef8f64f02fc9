DROP TABLE events_2024;
ALTER TABLE events DROP CONSTRAINT events_account_fk;
