CREATE TABLE "public"."genre"("value" text NOT NULL, "comment" text, PRIMARY KEY ("value") );
alter table "public"."book" add column "genre" text;
alter table "public"."book" add constraint "book_genre_fkey" foreign key ("genre") references "public"."genre" ("value") on update restrict on delete set null;
