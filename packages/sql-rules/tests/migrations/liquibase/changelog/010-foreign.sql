--liquibase formatted sql

--changeset cy:3
CREATE EXTENSION IF NOT EXISTS file_fdw;
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE imported (id int NOT NULL, body json) SERVER files OPTIONS (filename '/dev/null');
ALTER FOREIGN TABLE imported ADD COLUMN more text;
ALTER FOREIGN TABLE imported ALTER COLUMN body TYPE jsonb;
CREATE INDEX ON imported (id);
ALTER FOREIGN TABLE imported RENAME TO external;
