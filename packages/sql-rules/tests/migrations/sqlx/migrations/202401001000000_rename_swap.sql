ALTER TABLE jobs RENAME TO jobs_old;
CREATE TABLE jobs (LIKE jobs_old INCLUDING ALL);
ALTER TABLE jobs ADD COLUMN extra jsonb;
DROP TABLE jobs_old;
ALTER INDEX jobs_pkey1 RENAME TO jobs_pkey;
