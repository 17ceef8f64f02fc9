alter table "public"."book" drop column "tags";
alter table "public"."book" alter column tags type json;
alter table "public"."book" drop column "details" cascade;
