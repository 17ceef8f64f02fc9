-- Up Migration
DROP TABLE m_b;
DROP TABLE m;
DROP TABLE m CASCADE;

-- Down Migration
DROP TABLE IF EXISTS never;
