alter table posts alter column body set default 'x';
alter table posts alter column body type int using 1;
alter table posts alter column extra type int;
alter table posts alter column extra type jsonb;
