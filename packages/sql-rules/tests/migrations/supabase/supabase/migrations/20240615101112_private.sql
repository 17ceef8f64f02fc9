create schema if not exists private;
create table private.secrets (like public.documents including all);
alter table private.secrets drop column owner;
create index on private.secrets using gin (content jsonb_path_ops);
