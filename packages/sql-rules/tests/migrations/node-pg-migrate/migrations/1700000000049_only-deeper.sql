-- Up Migration
CREATE INDEX m_b_only ON ONLY m_b ((doc ->> 'id'));
ALTER INDEX m_only ATTACH PARTITION m_b_only;
CREATE INDEX m_b1_only ON m_b1 ((doc ->> 'id'));
ALTER INDEX m_b_only ATTACH PARTITION m_b1_only;

-- Down Migration
DROP TABLE IF EXISTS never;
