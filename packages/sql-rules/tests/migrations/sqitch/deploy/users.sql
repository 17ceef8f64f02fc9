-- Deploy flipr:users to pg

BEGIN;

SET client_min_messages = 'warning';
CREATE TABLE flipr.users (nickname TEXT PRIMARY KEY, password TEXT NOT NULL, ts TIMESTAMPTZ NOT NULL DEFAULT NOW());

COMMIT;
