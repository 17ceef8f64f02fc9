CREATE TABLE public.author (id serial NOT NULL, name text NOT NULL, data jsonb NOT NULL DEFAULT jsonb_build_object(), PRIMARY KEY (id) , UNIQUE ("name"));
