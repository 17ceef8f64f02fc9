-- +goose Up
-- +goose StatementBegin
DO $$
BEGIN
  CREATE TYPE source_kind AS ENUM ('other');
EXCEPTION
  WHEN duplicate_object THEN NULL;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
DO $body$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['a', 'b'] LOOP
    EXECUTE format('CREATE TABLE %I (id int, doc jsonb)', 'part_' || t);
    EXECUTE 'CREATE INDEX ' || quote_ident('part_' || t || '_doc') || ' ON ' || quote_ident('part_' || t) || ' USING gin (doc)';
  END LOOP;
END
$body$;
-- +goose StatementEnd

-- +goose Down
DROP TABLE part_a, part_b;
