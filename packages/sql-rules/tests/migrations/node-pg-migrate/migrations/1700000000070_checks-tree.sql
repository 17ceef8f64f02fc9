-- Up Migration
ALTER TABLE m ADD CONSTRAINT doc_is_object CHECK (jsonb_typeof(doc) = 'object');
ALTER TABLE ONLY m ADD CHECK (id > 5);
ALTER TABLE m_b RENAME CONSTRAINT doc_is_object TO other;
ALTER TABLE m RENAME CONSTRAINT doc_is_object TO is_object;
ALTER TABLE m_b DROP CONSTRAINT is_object;
ALTER TABLE m DROP CONSTRAINT is_object;

-- Down Migration
DROP TABLE IF EXISTS never;
