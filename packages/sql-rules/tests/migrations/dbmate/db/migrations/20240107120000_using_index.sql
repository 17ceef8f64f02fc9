-- migrate:up transaction:false
CREATE UNIQUE INDEX CONCURRENTLY products_sku_unique ON products ("stockKeepingUnit");
ALTER TABLE products ADD CONSTRAINT products_sku_key UNIQUE USING INDEX products_sku_unique;

-- migrate:down
SELECT 1;
