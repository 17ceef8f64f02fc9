-- +goose Up
ALTER TABLE refunds NO INHERIT base;
ALTER TABLE refunds DROP COLUMN source;
ALTER TABLE base ADD CHECK (source <> '');
ALTER TABLE base ADD CONSTRAINT local_only CHECK (id < 1000000) NO INHERIT;

-- +goose Down
SELECT 1;
