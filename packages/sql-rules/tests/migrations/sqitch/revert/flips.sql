-- Revert flipr:flips from pg

BEGIN;

SELECT 1;

COMMIT;
