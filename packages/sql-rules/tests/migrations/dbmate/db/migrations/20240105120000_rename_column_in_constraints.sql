-- migrate:up
ALTER TABLE categories RENAME parent TO parent_id;
ALTER TABLE products RENAME COLUMN sku TO "stockKeepingUnit";
ALTER TABLE products RENAME COLUMN attrs TO attributes;

-- migrate:down
SELECT 1;
