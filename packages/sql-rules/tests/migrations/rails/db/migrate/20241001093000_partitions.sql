CREATE TABLE "visits" ("id" bigint NOT NULL, "day" date NOT NULL, "props" jsonb) PARTITION BY HASH ("id");
CREATE TABLE "visits_0" PARTITION OF "visits" FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE "visits_1" PARTITION OF "visits" FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE INDEX "index_visits_on_props" ON "visits" USING gin ("props");
