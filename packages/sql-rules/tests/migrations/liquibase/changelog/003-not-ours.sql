--liquibase formatted sql

--changeset ana:5 dbms:oracle
CREATE TABLE oracle_only (id NUMBER(10) NOT NULL);
--changeset ana:6 dbms:postgresql
CREATE TABLE postgres_only (id INT, doc JSONB);
