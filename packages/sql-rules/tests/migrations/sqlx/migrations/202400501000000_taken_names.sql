CREATE TABLE t_pkey (id int);
ALTER TABLE t ADD PRIMARY KEY (a);
CREATE SEQUENCE s_id_seq;
CREATE TABLE s (id serial, name text, id2 bigserial);
CREATE VIEW u_a_key AS SELECT 1 AS one;
CREATE TABLE u (a int UNIQUE);
