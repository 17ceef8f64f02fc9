alter table public.documents add column fts tsvector generated always as (to_tsvector('english'::regconfig, content ->> 'body')) stored;
create index documents_fts on public.documents using gin (fts);
create index documents_fts_gist on public.documents using gist (fts);
