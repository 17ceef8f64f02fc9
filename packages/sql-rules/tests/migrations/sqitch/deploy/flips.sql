-- Deploy flipr:flips to pg

BEGIN;

CREATE TABLE flipr.flips (id BIGSERIAL PRIMARY KEY, nickname TEXT NOT NULL REFERENCES flipr.users(nickname), body TEXT NOT NULL DEFAULT '' CHECK ( length(body) <= 180 ), ts TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp());

COMMIT;
