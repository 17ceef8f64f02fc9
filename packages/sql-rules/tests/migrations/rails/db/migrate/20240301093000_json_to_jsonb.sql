ALTER TABLE "articles" ALTER COLUMN "data" SET DEFAULT NULL;
ALTER TABLE "articles" ALTER COLUMN "data" TYPE jsonb USING CAST("data" AS jsonb);
CREATE INDEX  "index_articles_on_data" ON "articles" USING gin ("data" jsonb_path_ops);
