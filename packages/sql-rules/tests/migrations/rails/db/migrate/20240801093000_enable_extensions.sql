CREATE EXTENSION IF NOT EXISTS "pg_trgm";
CREATE EXTENSION IF NOT EXISTS "btree_gin";
CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;
CREATE INDEX "index_articles_on_body_trgm" ON "articles" USING gin (body gin_trgm_ops);
CREATE INDEX "mixed" ON "articles" USING gin (id, data);
ALTER TABLE replies ADD email citext;
CREATE INDEX ON replies (email);
CREATE INDEX ON replies USING gist (state gist_trgm_ops (siglen = 32));
