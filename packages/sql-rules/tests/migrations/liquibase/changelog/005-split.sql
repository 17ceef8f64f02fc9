--liquibase formatted sql

--changeset ben:2 splitStatements:false
CREATE FUNCTION vendor_name(v vendor) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT v.name; $$;
--changeset ben:3
CREATE INDEX ix_vendor_name ON vendor (upper(name), char_length(name));
