-- +goose Up
CREATE TEMP TABLE staging AS SELECT id, spec FROM feature_views;
CREATE TEMPORARY TABLE feature_views (id int, spec json);
ALTER TABLE feature_views ADD COLUMN gone json;
ALTER TABLE public.feature_views ADD COLUMN stays jsonb;

-- +goose Down
SELECT 1;
