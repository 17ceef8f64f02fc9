drop table posts;
drop table posts restrict;
