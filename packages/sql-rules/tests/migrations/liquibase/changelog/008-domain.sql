--liquibase formatted sql

--changeset cy:1
CREATE DOMAIN doc AS jsonb NOT NULL DEFAULT '{}';
CREATE DOMAIN doc2 AS doc CHECK (VALUE ? 'id');
CREATE TABLE with_docs (a doc, b doc2, c doc2[]);
CREATE INDEX ON with_docs USING gin (a, b jsonb_path_ops);
CREATE INDEX ON with_docs USING gin (c);
ALTER TABLE with_docs ALTER COLUMN a TYPE jsonb;
