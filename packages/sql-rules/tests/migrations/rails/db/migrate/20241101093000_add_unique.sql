ALTER TABLE "visits" ADD CONSTRAINT "unique_visit" UNIQUE ("id", "day");
ALTER TABLE "visits" ADD COLUMN "extra" json;
ALTER TABLE "visits" ALTER COLUMN "extra" TYPE jsonb USING extra::jsonb;
