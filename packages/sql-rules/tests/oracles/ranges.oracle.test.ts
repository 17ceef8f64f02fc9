import { parse } from "pgsql-ast-parser";
import { describe, expect, it } from "vitest";
import { parseSql, type Statement } from "../../src/language/parse.js";
import type { Range } from "../../src/language/split.js";
import { Words } from "../../src/language/words.js";
import { queriesOf } from "../../src/model/queries/index.js";
import { fixtureScripts } from "../scripts.js";
import { generateCases } from "./explain.generator.js";

/*
 * PostgreSQL's trees say where things begin; where they end we find out from the words. pgsql-ast-parser knows both, but
 * loses parentheses at either end (its range of `(a)::int = 5` begins at `a`), so its ranges are balanced first.
 */

function whereByPgsqlAst(text: string): Range | undefined {
  try {
    const [tree] = parse(text, { locationTracking: true }) as {
      where?: { _location?: { start: number; end: number } };
    }[];
    const location = tree?.where?._location;
    return location && [location.start, location.end];
  } catch {
    return undefined;
  }
}

function whereByUs(text: string): Range | undefined {
  const [query] = queriesOf(parseSql(text)).filter(({ isMerged }) => !isMerged);
  const ranges = query?.conditions.flatMap(({ clause, range }) => (clause === "where" ? [range] : [])) ?? [];
  if (ranges.length === 0) return undefined;
  return [Math.min(...ranges.map(([start]) => start)), Math.max(...ranges.map(([, end]) => end))];
}

const fixtures = fixtureScripts().flatMap(([, text]) =>
  parseSql(text).body.map((statement) => statement.text),
);
const generated = generateCases(process.env.ORACLES === "full" ? 5000 : 400).flatMap(
  ({ queries }) => queries,
);

describe("ranges of conditions equal pgsql-ast-parser's", () => {
  it.each([
    ["fixtures", fixtures, 100],
    ["generated queries", generated, 1000],
  ] as const)(
    "%s",
    (_name, texts, least) => {
      let compared = 0;
      for (const text of texts.filter((one) => /^(?:SELECT|UPDATE|DELETE)\b/.test(one))) {
        const [theirs, ours] = [whereByPgsqlAst(text), whereByUs(text)];
        if (!theirs || !ours) continue;
        compared++;
        const words = Words.of(parseSql(text).body[0] as Statement);
        const shown = (range: Range) => text.slice(...words.balanced(range));
        expect({ text, where: shown(ours) }).toEqual({ text, where: shown(theirs) });
      }
      expect(compared).toBeGreaterThan(least);
    },
    600_000,
  );
});
