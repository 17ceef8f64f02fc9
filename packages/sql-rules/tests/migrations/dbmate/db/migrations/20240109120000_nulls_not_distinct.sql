-- migrate:up
CREATE UNIQUE INDEX categories_path ON categories (parent_id, path) NULLS NOT DISTINCT;
ALTER TABLE categories ADD UNIQUE NULLS NOT DISTINCT (path);

-- migrate:down
SELECT 1;
