alter materialized view hot rename to hottest;
alter materialized view hottest rename column title to headline;
alter table posts rename column title to headline;
alter table hottest set schema public;
