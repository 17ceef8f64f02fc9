CREATE TABLE "articles" ("id" bigserial primary key, "title" character varying, "body" text, "data" json DEFAULT '{}', "created_at" timestamp(6) NOT NULL, "updated_at" timestamp(6) NOT NULL);
