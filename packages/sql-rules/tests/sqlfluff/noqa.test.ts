import { describe, expect, it } from "vitest";
import { codesOf, workspace } from "./support.js";

const { run } = workspace();

/** Codes left of a script in which every line has a json column. */
async function left(script: string, ...args: string[]): Promise<string[]> {
  return codesOf((await run(["lint", "-", ...args], { stdin: script })).out);
}

const column = (table: string, rest = ""): string => `CREATE TABLE ${table} (b json);${rest}\n`;

describe("a noqa comment", () => {
  it.each([
    " -- noqa",
    " --noqa",
    " -- noqa:",
    " -- noqa: OR01",
    " -- noqa:OR01,LT01",
    " -- noqa: LT01 , OR01",
    " -- noqa: OR*",
    " -- noqa: OR0[1-3]",
    " -- noqa: OR0[!2-9]",
    " -- noqa: ?R01",
    " -- noqa: orchestrator.prefer_jsonb",
    " -- noqa: orchestrator.*",
    " -- noqa: orchestrator",
    " -- noqa: core",
    " -- noqa: all",
    " -- noqa: prefer-jsonb",
    " -- noqa: orchestrator/prefer-jsonb",
    " -- key order is signed -- noqa: OR01",
    " ---- noqa",
    " /* noqa */",
    " /* noqa: OR01 */",
    " /* why -- noqa: OR01 */",
    " -- noqa: OR01 -- noqa",
    " -- noqa: disable=OR01",
    " -- noqa: disable=all",
    " -- noqa: disable= all",
  ])("'%s' suppresses", async (comment) => {
    expect(await left(column("a", comment))).toEqual([]);
  });

  it.each([
    " -- noqa: LT01",
    " -- noqa: OR02*",
    " -- noqa: or01",
    " -- noqa: PRS",
    " -- NOQA",
    " -- why noqa",
    " -- noqa -- why",
    " -- noqa: enable=OR01",
    " -- noqa: enable=all",
    " -- noqa: disable=LT01",
  ])("'%s' does not", async (comment) => {
    expect(await left(column("a", comment))).toEqual(["1 OR01"]);
  });

  it.each([
    " -- noqa OR01",
    " -- noqa because",
    " -- noqa: disable",
    " -- noqa: enable",
    " -- noqa: off=OR01",
    " -- noqa: disable =OR01",
    " -- noqabc",
  ])("'%s' is malformed", async (comment) => {
    expect(await left(column("a", comment))).toEqual(["1 OR01", "1 PRS"]);
  });

  it("is about the line where a violation begins", async () => {
    const script = "CREATE TABLE a (\n  b json -- noqa\n);\nCREATE TABLE c (\n  d json\n); -- noqa\n";
    expect(await left(script)).toEqual(["5 OR01"]);
    expect(await left("-- noqa\n" + column("a"))).toEqual(["2 OR01"]);
    expect(await left("/*\n noqa */" + column("a"))).toEqual([]);
    expect(await left("/* noqa\n */" + column("a"))).toEqual(["2 OR01"]);
  });

  it("is a comment, not the text of a string", async () => {
    expect(await left("SELECT '-- noqa'; CREATE TABLE a (b json);\n")).toEqual(["1 OR01"]);
    expect(await left("SELECT '\n-- noqa: disable=all\n';\n" + column("a"))).toEqual(["4 OR01"]);
  });

  it("may stand in the body of a function", async () => {
    const body = (comment: string) =>
      `DO $$\nBEGIN\n  CREATE TABLE a (b json); ${comment}\nEND $$;\n${column("c")}`;
    expect(await left(body("-- noqa: disable=all"))).toEqual([]);
    // Quotes are not followed further than a function's body and what it executes.
    const quotes = Array.from({ length: 5000 }, (_, depth) => `$q${depth}$ `).join("");
    expect(await left(`DO ${quotes} -- noqa\n`)).toEqual(["1 PRS"]);
  });

  it("suppresses PRS by its code, by OR00 and by no code", async () => {
    for (const comment of ["PRS", "OR00", "no-unparsed-sql", "all"]) {
      expect(await left(`SELEC 1; -- noqa: ${comment}\n`)).toEqual([]);
    }
    expect(await left("SELEC 1; -- noqa\n")).toEqual([]);
    expect(await left("SELEC 1; -- noqa: OR01\n")).toEqual(["1 PRS"]);
    expect(await left("-- noqa: disable=PRS\nSELEC 1; -- noqa OR01\n")).toEqual([]);
  });
});

describe("ranges", () => {
  it("hold from disable to enable", async () => {
    const script = [
      column("a"),
      "-- noqa: disable=OR01\n",
      column("b"),
      column("c", " -- noqa: enable=OR01"),
      column("d"),
      "-- noqa: disable=all\n",
      column("e"),
      "-- noqa: enable=LT01\n",
      column("f"),
      "-- noqa: enable=all\n",
      column("g"),
    ].join("");
    expect(await left(script)).toEqual(["1 OR01", "4 OR01", "5 OR01", "11 OR01"]);
  });

  it("take globs of many stars in no time", async () => {
    const stars = `${"*a".repeat(2000)}b`;
    expect(await left(column("a", ` -- noqa: ${stars}`))).toEqual(["1 OR01"]);
  });
});

describe("options", () => {
  const both = column("a", " -- noqa") + "SELEC 1; -- noqa: PRS\n" + column("c", " -- noqa: OR01");

  it("--disable-noqa heeds no comment", async () => {
    expect(await left(both, "--disable-noqa")).toEqual(["1 OR01", "2 PRS", "3 OR01"]);
    expect(await left(column("a", " -- noqa OR01"), "--disable-noqa")).toEqual(["1 OR01"]);
  });

  it("--disable-noqa-except heeds those for some rules, and those for all", async () => {
    expect(await left(both, "--disable-noqa-except", "PRS")).toEqual(["3 OR01"]);
    expect(await left(both, "--disable-noqa-except", "OR?1")).toEqual(["2 PRS"]);
    expect(await left(both, "--disable-noqa", "--disable-noqa-except", "core")).toEqual(["2 PRS"]);
    expect(await left(both, "--disable-noqa-except", "XX99")).toEqual(["2 PRS", "3 OR01"]);
  });

  it("--warn-unused-ignores names comments without effect, but not those that may serve sqlfluff", async () => {
    const script = [
      column("a", " -- noqa: OR01"),
      "SELECT 1; -- noqa\n",
      "SELECT 1; -- noqa: OR01\n",
      "SELECT 1; -- noqa: LT01\n",
      "SELECT 1; -- noqa: PRS\n",
      "-- noqa: disable=OR01\n",
      "-- noqa: enable=OR01\n",
      "-- noqa: disable=all\n",
      column("b"),
      "-- noqa: enable=all\n",
    ].join("");
    expect(await left(script)).toEqual([]);
    expect(await left(script, "--warn-unused-ignores")).toEqual([
      "2 NOQA warning",
      "3 NOQA warning",
      "5 NOQA warning",
      "6 NOQA warning",
    ]);
    const { out, code } = await run(["lint", "-", "--warn-unused-ignores", "-f", "json"], { stdin: script });
    expect({ code, out }).toMatchObject({
      code: 0,
      out: expect.stringContaining('"violations": []') as string,
    });
  });
});
