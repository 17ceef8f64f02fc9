drop materialized view hottest;
alter table posts drop column id cascade;
alter table posts add column id bigint generated always as identity;
alter table posts add primary key (id);
