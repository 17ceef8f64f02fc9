--liquibase formatted sql

--changeset ben:5
CREATE SCHEMA sales CREATE TABLE region (id int PRIMARY KEY, geo jsonb) CREATE VIEW big AS SELECT id FROM region;
ALTER TABLE sales.region RENAME TO regions;
