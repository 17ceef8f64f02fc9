alter table posts add column comments bigint default 0 not null, add column newest timestamptz;
update posts set comments = pa.comments from post_aggregates pa where pa.post_id = posts.id;
drop table post_aggregates;
