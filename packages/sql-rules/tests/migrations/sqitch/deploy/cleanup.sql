-- Deploy flipr:cleanup to pg

BEGIN;

DROP VIEW archived.userflips;
DROP SCHEMA archived CASCADE;
DROP TYPE flipr.span CASCADE;

COMMIT;
