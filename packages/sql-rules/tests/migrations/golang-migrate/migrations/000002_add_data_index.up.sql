ALTER TABLE accounts ALTER COLUMN data SET DATA TYPE jsonb USING data::jsonb;
CREATE INDEX CONCURRENTLY IF NOT EXISTS accounts_data ON accounts USING gin (data);
