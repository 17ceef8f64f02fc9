ALTER TABLE "comments" ALTER COLUMN "author" DROP NOT NULL;
ALTER TABLE "comments" ADD COLUMN "state" character varying(20) DEFAULT 'new' NOT NULL, ADD COLUMN "meta" json;
ALTER TABLE "articles" DROP CONSTRAINT chk_rails_1;
