refresh materialized view hottest;
reindex table posts;
reindex index hot_id;
cluster posts using posts_pkey;
comment on column posts.body is 'x';
analyze posts;
