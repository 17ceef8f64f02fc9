-- migrate:up
ALTER TABLE products DROP CONSTRAINT sku_length;
ALTER TABLE categories DROP CONSTRAINT IF EXISTS nowhere;
ALTER TABLE categories DROP CONSTRAINT categories_parent_id_path_key, DROP CONSTRAINT IF EXISTS categories_parent_path_key;

-- migrate:down
SELECT 1;
