-- +goose Up
-- +goose StatementBegin
DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'source_kind') THEN
    CREATE TYPE source_kind AS ENUM ('batch', 'stream');
  END IF;
  IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 'feature_views' AND column_name = 'kind') THEN
    ALTER TABLE feature_views ADD COLUMN kind source_kind NOT NULL DEFAULT 'batch';
  END IF;
END
$$;
-- +goose StatementEnd

-- +goose Down
SELECT 1;
