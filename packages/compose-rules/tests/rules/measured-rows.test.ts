import { Linter } from "eslint";
import { describe, expect, test } from "vitest";
import { rules, yamlParser } from "../../src/index.js";
import { rowCase } from "../support/compose-cases.js";
import { table } from "../support/tables.js";

/** What a rule says of a measured row whose one service runs PostgreSQL 16; the machine sets no variables. */
function found(rule: string, kind: string, input: string): string[] {
  const text = (rowCase([kind, input]).files["compose.yaml"] ?? "").replace("image: i", "image: postgres:16");
  const config = [
    {
      files: ["**/*.yaml"],
      plugins: { o: { rules } },
      languageOptions: { parser: yamlParser },
      rules: { [`o/${rule}`]: "error" },
    },
  ] as unknown as Linter.Config[];
  const messages = new Linter({ configType: "flat" }).verify(text, config, { filename: "compose.yaml" });
  return messages.map(({ messageId, message }) => messageId ?? message);
}

const rows = (kind: string) =>
  table("compose.tsv").flatMap(([name = "", input = "", cell = ""]) =>
    name === kind && cell !== "ERR" ? [[input, cell] as const] : [],
  );

/** The message a loaded port asks for: `IP|PUBLISHED->TARGET/PROTOCOL`. */
function expectedPort(port: string): string[] {
  const [, ip = "", published = "", target, protocol] = /^(.*?)\|(.*?)->(\d+)\/(\w+)$/.exec(port) ?? [];
  if (target !== "5432" || protocol !== "tcp") return [];
  if (ip === "127.0.0.1" || ip === "::1") return ["loopback"];
  return [published === "" ? "ephemeral" : "published"];
}

describe("every measured port is judged as it is loaded", () => {
  test.each(rows("port"))("%s is loaded as %s", (input, cell) => {
    // Unset on the measuring machine is unknown on any other: it may be a port.
    const isUnknown = input.includes("${PORT}");
    const expected = isUnknown ? ["published"] : cell.split(" ").flatMap(expectedPort);
    expect(found("no-published-datastore-port", "port", input)).toEqual(expected);
  });
});

describe("every measured mount is judged as it is loaded", () => {
  test.each(rows("vol"))("%s is loaded as %s", (input, cell) => {
    const [, type, source, target] = /^(\w+):(.*)=>(.*?):\w+$/.exec(cell) ?? [];
    const isData = target === "/var/lib/postgresql/data";
    const expected = !isData ? "none" : type === "volume" && source !== "" ? undefined : "mount";
    // A relative target, and one that another variable decides, is nobody's data directory.
    expect(found("require-named-volume", "vol", input)).toEqual(expected === undefined ? [] : [expected]);
  });
});
