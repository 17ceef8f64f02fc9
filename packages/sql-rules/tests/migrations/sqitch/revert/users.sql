-- Revert flipr:users from pg

BEGIN;

SELECT 1;

COMMIT;
