-- Could not auto-generate a down migration.
SELECT 1;
