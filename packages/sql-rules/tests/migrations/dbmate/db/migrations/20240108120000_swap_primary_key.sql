-- migrate:up
CREATE UNIQUE INDEX products_new_pk ON products (id, "stockKeepingUnit");
ALTER TABLE product_categories DROP CONSTRAINT product_categories_product_id_fkey;
ALTER TABLE products DROP CONSTRAINT products_pkey, ADD PRIMARY KEY USING INDEX products_new_pk;

-- migrate:down
SELECT 1;
