-- Deploy flipr:moveschema to pg

BEGIN;

CREATE SCHEMA archive AUTHORIZATION CURRENT_USER;
ALTER TABLE flipr.audit SET SCHEMA archive;
ALTER VIEW flipr.userflips SET SCHEMA archive;
ALTER SCHEMA archive RENAME TO archived;

COMMIT;
