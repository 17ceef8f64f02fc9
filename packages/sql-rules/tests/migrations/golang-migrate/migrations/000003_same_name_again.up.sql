CREATE INDEX CONCURRENTLY IF NOT EXISTS accounts_data ON accounts USING gin (data jsonb_path_ops);
CREATE TABLE IF NOT EXISTS accounts (id int);
