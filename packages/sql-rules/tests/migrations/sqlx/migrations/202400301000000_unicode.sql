CREATE TABLE "größe_der_äußeren_überschriften_öffentlicher_übungen_äöüß" ("wärme" json, "é" int PRIMARY KEY, "日本語" jsonb);
CREATE INDEX ON "größe_der_äußeren_überschriften_öffentlicher_übungen_äöüß" USING gin ("日本語");
CREATE UNIQUE INDEX ON "größe_der_äußeren_überschriften_öffentlicher_übungen_äöüß" ("é", ("日本語" ->> '日'));
