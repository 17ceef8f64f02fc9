-- Revert flipr:appschema from pg

BEGIN;

SELECT 1;

COMMIT;
