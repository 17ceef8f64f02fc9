ALTER TABLE "comments" RENAME TO "replies";
ALTER TABLE "comments_id_seq" RENAME TO "replies_id_seq";
ALTER INDEX "comments_pkey" RENAME TO "replies_pkey";
ALTER INDEX "index_comments_on_article_id" RENAME TO "index_replies_on_article_id";
