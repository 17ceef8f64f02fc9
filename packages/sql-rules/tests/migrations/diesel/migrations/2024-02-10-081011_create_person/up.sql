CREATE TABLE person (id serial primary key, name text not null, actor_id varchar(255) not null default '', unique (actor_id));
alter table posts add column person_id int references person on update cascade on delete cascade;
