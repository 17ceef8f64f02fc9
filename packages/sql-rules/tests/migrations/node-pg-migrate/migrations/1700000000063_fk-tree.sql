-- Up Migration
CREATE TABLE target (id int PRIMARY KEY);
ALTER TABLE m ADD CONSTRAINT m_target FOREIGN KEY (id) REFERENCES target;
CREATE TABLE points_at_m (id int, k text, FOREIGN KEY (id, k) REFERENCES m);
ALTER TABLE m_d DROP CONSTRAINT m_target;
DROP TABLE m_d;
ALTER TABLE target DROP CONSTRAINT target_pkey;
ALTER TABLE target DROP CONSTRAINT target_pkey CASCADE;

-- Down Migration
DROP TABLE IF EXISTS never;
