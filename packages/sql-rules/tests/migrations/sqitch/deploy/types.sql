-- Deploy flipr:types to pg

BEGIN;

CREATE TYPE flipr.address AS (street text, city text, geo point);
CREATE TYPE flipr.span AS RANGE (subtype = float8);
CREATE TABLE flipr.places (home flipr.address, reach flipr.span, past flipr.address[]);
CREATE TABLE flipr.addresses OF flipr.address (PRIMARY KEY (city), street WITH OPTIONS NOT NULL);
ALTER TYPE flipr.address RENAME TO postal_address;
CREATE INDEX ON flipr.places USING gist (reach);

COMMIT;
