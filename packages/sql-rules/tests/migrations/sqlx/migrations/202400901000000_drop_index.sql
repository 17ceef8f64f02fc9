CREATE INDEX jobs_args ON jobs USING gin (args);
CREATE INDEX jobs_queue ON jobs (queue);
DROP INDEX jobs_args, jobs_queue;
DROP INDEX jobs_pkey;
DROP INDEX IF EXISTS jobs_args;
CREATE INDEX jobs_run ON jobs (run_at) WHERE NOT locked;
ALTER TABLE jobs DROP COLUMN locked;
