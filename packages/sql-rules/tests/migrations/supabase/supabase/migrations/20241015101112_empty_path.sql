select pg_catalog.set_config('search_path', '', false);
create table nowhere (id int);
create table public.somewhere (id int, v text);
alter table public.somewhere add constraint somewhere_pkey primary key (id);
create index on public.somewhere using gin (v);
create index somewhere_v on public.somewhere using btree (v);
