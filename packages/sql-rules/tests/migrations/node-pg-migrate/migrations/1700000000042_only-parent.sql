-- Up Migration
CREATE INDEX m_only ON ONLY m ((doc ->> 'id'));
CREATE INDEX m_a_only ON m_a ((doc ->> 'id'));
CREATE INDEX m_c_only ON m_c ((doc ->> 'id'));
ALTER INDEX m_only ATTACH PARTITION m_a_only;
ALTER INDEX m_only ATTACH PARTITION m_c_only;
ALTER INDEX m_only ATTACH PARTITION m_a_only;
ALTER INDEX m_only ATTACH PARTITION m_c_own;

-- Down Migration
DROP TABLE IF EXISTS never;
