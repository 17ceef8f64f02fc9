CREATE TABLE device (id int PRIMARY KEY, data json, PRIMARY KEY (id));
CREATE TABLE device (id int PRIMARY KEY, data json, owner text NOT NULL);
CREATE TABLE device (id int);
