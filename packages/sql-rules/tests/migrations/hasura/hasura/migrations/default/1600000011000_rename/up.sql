alter table "public"."author" rename column "data" to "profile";
alter table "public"."author" rename to "writer";
create index on writer using gin (profile);
