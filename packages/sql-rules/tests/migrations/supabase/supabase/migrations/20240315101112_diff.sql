alter table "public"."documents" alter column "content" set data type jsonb using "content"::jsonb;

CREATE INDEX documents_content_idx ON public.documents USING gin (content);

alter table "public"."documents" add constraint "documents_role_fkey" CHECK ((role IS NOT NULL)) not valid;

alter table "public"."documents" validate constraint "documents_role_fkey";
