-- Deploy flipr:lists to pg

BEGIN;

SET search_path TO flipr, public;
CREATE TABLE lists (nickname TEXT NOT NULL REFERENCES users(nickname), name TEXT NOT NULL, description TEXT NOT NULL, opts JSON, PRIMARY KEY (nickname, name));
CREATE INDEX ON lists (description text_pattern_ops);

COMMIT;
