BEGIN TRANSACTION;
ALTER TABLE "public"."book" DROP CONSTRAINT "book_pkey";

ALTER TABLE "public"."book"
    ADD CONSTRAINT "book_pkey" PRIMARY KEY ("author_id", "id");
COMMIT TRANSACTION;
