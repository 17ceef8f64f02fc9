--liquibase formatted sql

--changeset ben:1
ALTER TABLE vendor_price ALTER COLUMN price SET NOT NULL;
ALTER TABLE vendor_price ALTER COLUMN price DROP NOT NULL;
ALTER TABLE vendor_price ALTER COLUMN at DROP NOT NULL;
