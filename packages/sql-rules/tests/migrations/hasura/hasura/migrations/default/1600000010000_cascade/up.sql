alter table "public"."book" drop column "tags" cascade;
DROP VIEW IF EXISTS book_list;
