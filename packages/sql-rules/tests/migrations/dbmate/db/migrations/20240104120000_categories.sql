-- migrate:up
CREATE TABLE categories (id int PRIMARY KEY, parent int REFERENCES categories, path text NOT NULL, UNIQUE (parent, path));
CREATE TABLE product_categories (product_id int REFERENCES products ON DELETE CASCADE, category_id int REFERENCES categories, PRIMARY KEY (product_id, category_id));

-- migrate:down
DROP TABLE product_categories, categories;
