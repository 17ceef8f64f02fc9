-- migrate:up
ALTER TABLE products ADD tags text[] NOT NULL DEFAULT '{}', ADD codes int[][], ADD docs jsonb[] DEFAULT ARRAY[]::jsonb[];
CREATE INDEX ON products USING gin (tags, docs);
CREATE INDEX ON products USING gin (codes array_ops);
CREATE INDEX ON products USING btree (codes);

-- migrate:down
SELECT 1;
