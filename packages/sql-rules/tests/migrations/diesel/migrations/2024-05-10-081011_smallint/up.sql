alter table posts alter column comments type int;
alter table posts alter column comments set default 1;
alter table posts alter column title type text;
alter table posts alter column published drop default, alter column published type int using published::int, alter column published set default 0;
