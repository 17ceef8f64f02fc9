drop table post_aggregates;
