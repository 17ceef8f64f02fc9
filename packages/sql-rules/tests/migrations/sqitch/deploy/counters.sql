-- Deploy flipr:counters to pg

BEGIN;

CREATE SEQUENCE flipr.counter AS bigint START 10;
CREATE TABLE flipr.counters (id bigint NOT NULL DEFAULT nextval('flipr.counter'), label text);
ALTER SEQUENCE flipr.counter OWNED BY flipr.counters.id;
ALTER SEQUENCE flipr.counter RENAME TO counters_id_seq;

COMMIT;
