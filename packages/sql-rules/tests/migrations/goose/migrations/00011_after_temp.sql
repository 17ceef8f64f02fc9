-- +goose Up
ALTER TABLE feature_views ADD COLUMN after_all jsonb;
CREATE INDEX ON feature_views USING gin (stays, after_all jsonb_path_ops);

-- +goose Down
SELECT 1;
