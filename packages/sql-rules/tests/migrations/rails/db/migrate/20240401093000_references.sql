CREATE TABLE "comments" ("id" bigserial primary key, "article_id" bigint NOT NULL, "author" jsonb NOT NULL, CONSTRAINT "fk_rails_3bf61a60d3" FOREIGN KEY ("article_id") REFERENCES "articles" ("id"));
CREATE INDEX "index_comments_on_article_id" ON "comments" ("article_id");
