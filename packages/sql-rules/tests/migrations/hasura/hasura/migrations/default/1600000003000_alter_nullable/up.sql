alter table "public"."book" alter column "details" drop not null;
alter table "public"."book" add column "tags" jsonb not null default jsonb_build_array();
alter table "public"."book" add column "updated_at" timestamptz null default now();
