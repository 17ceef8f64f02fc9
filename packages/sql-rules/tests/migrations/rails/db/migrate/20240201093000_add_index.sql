CREATE INDEX "index_articles_on_title" ON "articles" ("title");
CREATE INDEX "index_articles_on_lower_title" ON "articles" USING btree (lower((title)::text));
