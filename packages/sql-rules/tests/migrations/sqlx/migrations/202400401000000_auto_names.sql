CREATE TABLE t (a int, b int, c text, CHECK (a > b), CHECK (a > 0), CHECK (a < 9), UNIQUE (a), UNIQUE (a, b), FOREIGN KEY (b) REFERENCES t (a));
ALTER TABLE t ADD UNIQUE (a);
ALTER TABLE t ADD CHECK (b IS NOT NULL), ADD FOREIGN KEY (b) REFERENCES t (a);
CREATE INDEX ON t (a); CREATE INDEX ON t (a); CREATE INDEX t_a_idx2 ON t (b); CREATE INDEX ON t (a);
CREATE INDEX ON t ((a + b), (c || 'x'), (c::varchar), coalesce(c, ''), (CASE WHEN a > 1 THEN b END), nullif(a, b), greatest(a, b));
