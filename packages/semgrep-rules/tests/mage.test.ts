import fs from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { loadRules } from "../src/index.js";

interface RuleFile {
  rules: [{ match: { all: { any?: unknown[] }[] } }];
}

/** The calls a rule is about: the first list of its match, after what a file must hold. */
function callsOf(id: string): unknown[] {
  const rule = loadRules().find((one) => one.id === id);
  const { rules } = parse(fs.readFileSync(rule!.file, "utf8")) as RuleFile;
  return rules[0].match.all.find(({ any }) => any)?.any ?? [];
}

// Semgrep has no way to share patterns between files.
it("the rules about Mage's blocks agree on what a write is", () => {
  const writes = callsOf("mage-write-outside-exporter");
  expect(writes.length).toBeGreaterThan(50);
  expect(callsOf("mage-custom-write")).toEqual(writes);
  expect(callsOf("mage-transformer-no-io").slice(0, writes.length)).toEqual(writes);
});
