-- +goose Up
CREATE TABLE late (id bigint NOT NULL, created_at timestamptz, source varchar(20), CONSTRAINT positive CHECK (id > 0), CONSTRAINT base_source_check CHECK (source <> ''));
ALTER TABLE late INHERIT base;
ALTER TABLE base DROP CONSTRAINT positive;

-- +goose Down
SELECT 1;
