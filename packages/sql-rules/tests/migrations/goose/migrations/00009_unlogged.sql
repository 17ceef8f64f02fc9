-- +goose Up
CREATE UNLOGGED TABLE cache (key text PRIMARY KEY, value jsonb, expires timestamptz);
ALTER TABLE cache SET LOGGED;
CREATE UNLOGGED TABLE cache2 (LIKE cache INCLUDING ALL);
ALTER TABLE late SET UNLOGGED;

-- +goose Down
SELECT 1;
