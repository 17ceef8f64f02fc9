CREATE SEQUENCE free_seq;
CREATE TABLE uses_seq (id bigint DEFAULT nextval('free_seq'), id2 int DEFAULT nextval('public.free_seq'::regclass));
ALTER SEQUENCE free_seq RENAME TO "Renamed Seq";
DROP SEQUENCE "Renamed Seq";
CREATE SCHEMA seqs;
ALTER SEQUENCE "Renamed Seq" SET SCHEMA seqs;
ALTER SEQUENCE seqs."Renamed Seq" OWNED BY uses_seq.id;
DROP SEQUENCE seqs."Renamed Seq" CASCADE;
