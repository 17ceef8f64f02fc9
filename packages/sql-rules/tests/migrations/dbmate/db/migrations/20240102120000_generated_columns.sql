-- migrate:up
ALTER TABLE products ADD COLUMN brand text GENERATED ALWAYS AS (attrs ->> 'brand') STORED;
CREATE INDEX products_brand ON products (brand);
ALTER TABLE products ADD COLUMN cents bigint GENERATED ALWAYS AS ((price * 100)::bigint) STORED NOT NULL;

-- migrate:down
ALTER TABLE products DROP COLUMN brand, DROP COLUMN cents;
