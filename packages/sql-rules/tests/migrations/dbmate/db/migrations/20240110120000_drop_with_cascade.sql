-- migrate:up
DROP TABLE categories CASCADE;
CREATE TABLE categories (id bigint, data json);

-- migrate:down
SELECT 1;
