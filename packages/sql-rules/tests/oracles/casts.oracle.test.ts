import { describe, expect, it } from "vitest";
import { isAssignable, isComparable } from "../../src/model/replay/casts.js";
import type { TypeRef } from "../../src/model/types.js";
import { startPostgres, type Major } from "./postgres.js";

/** PostgreSQL itself says which types a foreign key compares and which a column may become without USING. */
const TYPES = (
  "smallint,integer,bigint,numeric,real,double precision,money,boolean,oid,regclass,text,character varying,character," +
  'name,"char",uuid,bytea,json,jsonb,xml,date,time without time zone,time with time zone,timestamp without time zone,' +
  "timestamp with time zone,interval,inet,cidr,macaddr,macaddr8,bit,bit varying,point,box,path,polygon,circle,line," +
  "lseg,tsvector,tsquery,int4range,int8range,numrange,daterange,tsrange,tstzrange,integer[],bigint[],text[],name[],character varying[],jsonb[]"
).split(",");

const pairs = TYPES.flatMap((from) => TYPES.map((to) => [from, to] as const));

const refOf = (type: string): TypeRef => ({
  name: type.replace("[]", "").replaceAll('"', ""),
  modifiers: [],
  dimensions: type.endsWith("[]") ? 1 : 0,
});

/** What 15 and 18 do not agree about is taken for right. */
const OF_VERSIONS = /^compares\|"char"\|(?:text|character varying)\|/;

const PROGRAM = `
CREATE TABLE answers (id serial, "from" text, "to" text, kind text, is_taken boolean);
CREATE FUNCTION asks(first text, kind text, what text, own text, other text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE isTaken boolean := true;
BEGIN
  BEGIN
    EXECUTE first;
  EXCEPTION WHEN others THEN
    RETURN;
  END;
  BEGIN
    EXECUTE what;
  EXCEPTION WHEN others THEN
    isTaken := false;
  END;
  INSERT INTO answers ("from", "to", kind, is_taken) VALUES (own, other, kind, isTaken);
  DROP TABLE IF EXISTS b, a;
END $$;
`;

function asked([from, to]: readonly [string, string]): string {
  const [own, other] = [from, to].map((type) => `$t$${type}$t$`);
  return `SELECT asks('CREATE TABLE a (x ${to} UNIQUE)', 'compares', 'CREATE TABLE b (x ${from} REFERENCES a (x))', ${own}, ${other});
SELECT asks('CREATE TABLE a (x ${from})', 'becomes', 'ALTER TABLE a ALTER x TYPE ${to}', ${own}, ${other});`;
}

describe.each([18, 15] satisfies Major[])("PostgreSQL %i", (major) => {
  it("compares the same types, and stores the same as others", async () => {
    const server = await startPostgres(major);
    try {
      const script = `SET client_min_messages = error;\n${PROGRAM}${pairs.map(asked).join("\n")}
SELECT 'answer|' || kind || '|' || "from" || '|' || "to" || '|' || is_taken FROM answers ORDER BY id;`;
      const { stdout, stderr } = await server.run(script);
      expect(stderr).toBe("");
      const answers = stdout
        .split("\n")
        .flatMap((line) => (line.startsWith("answer|") ? [line.slice(7)] : []));
      const theirs = answers.filter((line) => !OF_VERSIONS.test(line));
      expect(theirs.length).toBeGreaterThan(pairs.length);
      const ours = theirs.map((line) => {
        const [kind = "", from = "", to = ""] = line.split("|");
        const says = kind === "compares" ? isComparable : isAssignable;
        return `${kind}|${from}|${to}|${says(refOf(from), refOf(to))}`;
      });
      expect(ours).toEqual(theirs);
    } finally {
      server.stop();
    }
  });
});
