--liquibase formatted sql

--changeset ana:3 dbms:postgresql
ALTER TABLE vendor ALTER COLUMN details TYPE JSONB USING details::JSONB;
--changeset ana:4 runInTransaction:false
CREATE INDEX CONCURRENTLY ix_vendor_details ON vendor USING GIN (details);
