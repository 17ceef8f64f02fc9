alter table posts drop column person_id; drop table person;
