-- migrate:up
CREATE TABLE products (
  id serial PRIMARY KEY, sku varchar(40) NOT NULL, attrs jsonb NOT NULL DEFAULT '{}', price numeric(12,2) NOT NULL CHECK (price >= 0), CONSTRAINT sku_length CHECK (length(sku) > 2)
);
CREATE INDEX products_attrs_idx ON products USING gin (attrs);

-- migrate:down
DROP TABLE products;
