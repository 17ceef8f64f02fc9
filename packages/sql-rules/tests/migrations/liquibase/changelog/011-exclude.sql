--liquibase formatted sql

--changeset cy:4
CREATE EXTENSION btree_gist;
CREATE TABLE booking (room int, during tstzrange, CONSTRAINT no_overlap EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (room > 0));
ALTER TABLE booking ADD EXCLUDE USING btree (room WITH =), ADD EXCLUDE USING spgist (during WITH &&);
ALTER TABLE booking ALTER COLUMN room TYPE bigint;
ALTER TABLE booking DROP COLUMN during;
