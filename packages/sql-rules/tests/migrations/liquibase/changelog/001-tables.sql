--liquibase formatted sql

--changeset ana:1
CREATE TABLE vendor (id BIGINT PRIMARY KEY, name VARCHAR(100) NOT NULL, details JSON);
--rollback DROP TABLE vendor;

--changeset ana:2 dbms:postgresql
CREATE TABLE vendor_price (vendor_id BIGINT CONSTRAINT fk_vendor REFERENCES vendor, at TIMESTAMPTZ CONSTRAINT at_required NOT NULL, price NUMERIC CONSTRAINT price_positive CHECK (price > 0), CONSTRAINT pk_price PRIMARY KEY (vendor_id, at));
--rollback DROP TABLE vendor_price;
