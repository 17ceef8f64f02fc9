--liquibase formatted sql

--changeset ben:4
ALTER TABLE vendor DROP CONSTRAINT vendor_pkey;
ALTER TABLE vendor DROP CONSTRAINT vendor_pkey CASCADE;
ALTER TABLE vendor ADD CONSTRAINT vendor_id UNIQUE (id);
ALTER TABLE vendor_price ADD CONSTRAINT fk_vendor FOREIGN KEY (vendor_id) REFERENCES vendor (id) DEFERRABLE INITIALLY DEFERRED;
