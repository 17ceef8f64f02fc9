-- +goose Up
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION touch() RETURNS trigger AS $$
BEGIN
  NEW.updated_at = now();
  CREATE TEMP TABLE IF NOT EXISTS never_run (a int);
  RETURN NEW;
END;
$$ LANGUAGE plpgsql;
-- +goose StatementEnd
ALTER TABLE feature_views ADD COLUMN updated_at timestamptz DEFAULT now();
CREATE TRIGGER feature_views_touch BEFORE UPDATE ON feature_views FOR EACH ROW EXECUTE FUNCTION touch();

-- +goose Down
DROP FUNCTION touch CASCADE;
