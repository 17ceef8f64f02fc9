drop index if exists "public"."documents_content_idx";

alter table "public"."documents" drop column "role";

alter table "public"."documents" add column "owner" uuid;

alter table "public"."documents" add constraint "documents_owner_fkey" FOREIGN KEY (owner) REFERENCES profiles(id) not valid;

alter table "public"."documents" validate constraint "documents_owner_fkey";
