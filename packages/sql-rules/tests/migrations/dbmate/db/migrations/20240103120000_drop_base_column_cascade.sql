-- migrate:up
CREATE VIEW cheap AS SELECT id, sku, cents FROM products WHERE price < 10;
ALTER TABLE products DROP COLUMN price CASCADE;

-- migrate:down
SELECT 1;
