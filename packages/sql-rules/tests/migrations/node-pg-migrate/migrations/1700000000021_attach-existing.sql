-- Up Migration
CREATE TABLE m_c (id int NOT NULL, k text NOT NULL, doc jsonb, extra int);
ALTER TABLE m ATTACH PARTITION m_c FOR VALUES IN ('c');
ALTER TABLE m_c DROP COLUMN extra;
ALTER TABLE m_c ADD CONSTRAINT mine PRIMARY KEY (id, k);
CREATE INDEX m_c_own ON m_c USING gin (doc);
ALTER TABLE m ATTACH PARTITION m_c FOR VALUES IN ('c');

-- Down Migration
DROP TABLE IF EXISTS never;
