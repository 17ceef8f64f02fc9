-- Revert flipr:lists from pg

BEGIN;

SELECT 1;

COMMIT;
