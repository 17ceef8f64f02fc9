create materialized view hot as select p.id, p.title, p.extra from posts p where p.published = 1;
create unique index hot_id on hot (id);
create index hot_extra on hot using gin (extra);
create index hot_title on hot (lower(title));
