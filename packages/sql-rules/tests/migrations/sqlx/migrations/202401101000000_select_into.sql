SELECT id, queue, args -> 'a' AS a, args ->> 'b' AS b, attempts + 1 AS next INTO job_copy FROM jobs;
SELECT * INTO UNLOGGED job_all FROM jobs;
CREATE TABLE job_named (one, two) AS SELECT id, args FROM jobs;
CREATE TABLE IF NOT EXISTS job_named AS SELECT 1 AS z;
CREATE TABLE job_cast AS SELECT args::json AS j, 'x'::varchar(3) AS v, NULL::jsonb AS n, id::text FROM jobs;
