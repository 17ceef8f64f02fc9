-- +goose Up
ALTER TABLE base ADD COLUMN source text DEFAULT 'web';
ALTER TABLE ONLY base ADD COLUMN bad int;
ALTER TABLE base RENAME COLUMN created TO created_at;
ALTER TABLE base ALTER COLUMN source TYPE varchar(20);
ALTER TABLE base DROP COLUMN extra;

-- +goose Down
SELECT 1;
