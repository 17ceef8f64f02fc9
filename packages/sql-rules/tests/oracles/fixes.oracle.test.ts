import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { groupBy } from "../../src/model/sources/paths.js";
import { fixtureScripts } from "../scripts.js";
import { startPostgres, type PostgresServer } from "./postgres.js";

/** The histories in prefer-jsonb's fixtures and what is made of them, each as one script, by name. */
function histories(): ReadonlyMap<string, string> {
  const scripts = fixtureScripts().filter(([name]) => name.startsWith("prefer-jsonb/"));
  const groups = groupBy(scripts, ([name]) => name.split("/")[1]!.replace(/\.sql$/, ""));
  const filesOf = (name: string) =>
    (groups.get(name) ?? []).map(([path, text]) => [path.split("/").slice(2).join("/"), text] as const);
  return new Map(
    [...groups.keys()].map((name) => {
      // Beside a history stand only the files that are changed.
      const files = new Map([...filesOf(name.replace(/\..*/, "")), ...filesOf(name)]);
      const inOrder = [...files.keys()].sort();
      return [name, inOrder.map((path) => files.get(path)).join("\n")];
    }),
  );
}

describe("PostgreSQL 18", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(18);
  });
  afterAll(() => {
    server.stop();
  });

  /** What it says of a history, in a database of its own. */
  async function refusal(script: string, database: string): Promise<string> {
    await server.run(`CREATE DATABASE "${database}" TEMPLATE template0;`);
    const { stderr } = await server.run(`SET client_min_messages = error;\n${script}`, { database });
    return stderr;
  }

  it("accepts what the automatic fix makes of a history that it accepts", async () => {
    const all = histories();
    const compared: string[] = [];
    for (const [name, script] of all) {
      const fixed = all.get(`${name}.fixed`);
      if (fixed === undefined || (await refusal(script, name)) !== "") continue;
      compared.push(name);
      expect({ name, refusal: await refusal(fixed, `${name}.fixed`) }).toEqual({ name, refusal: "" });
    }
    expect(compared).toContain("merged");
    expect(compared.length).toBeGreaterThan(4);
  });

  it("refuses another type for one of two columns that are merged, so that edit is only suggested", async () => {
    const suggested = [...histories()].filter(([name]) => name.startsWith("merged.suggested"));
    expect(suggested.length).toBeGreaterThan(0);
    for (const [name, script] of suggested)
      expect(await refusal(script, name)).toMatch(/type conflict|different type/);
  });
});
