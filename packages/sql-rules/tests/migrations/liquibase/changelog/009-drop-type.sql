--liquibase formatted sql

--changeset cy:2
DROP DOMAIN doc2;
DROP DOMAIN doc2 CASCADE;
DROP TYPE doc;
