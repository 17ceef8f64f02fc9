create table post_aggregates (post_id int references posts on update cascade on delete cascade primary key, comments bigint not null default 0, published timestamp with time zone not null default now());
insert into post_aggregates (post_id) select id from posts;
create index idx_post_aggregates_newest on post_aggregates (published desc, post_id desc);
