ALTER TABLE "replies" DROP COLUMN "meta";
DROP INDEX CONCURRENTLY IF EXISTS "index_articles_on_title";
DROP INDEX IF EXISTS "index_articles_on_title";
