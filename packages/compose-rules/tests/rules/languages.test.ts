import jsonc from "eslint-plugin-jsonc";
import yml from "eslint-plugin-yml";
import { Linter } from "eslint";
import * as jsonParser from "jsonc-eslint-parser";
import { expect, test } from "vitest";
import * as yamlParser from "yaml-eslint-parser";
import { rules } from "../../src/index.js";

const YAML = "services:\n  db:\n    image: postgres:16\n    ports: ['5432:5432']\n";
const JSON = '{ "services": { "db": { "image": "postgres:16", "ports": ["5432:5432"] } } }';

const PARSERS: readonly [string, string, string, object][] = [
  ["a YAML parser", "a.yaml", YAML, { languageOptions: { parser: yamlParser } }],
  ["the YAML language", "a.yaml", YAML, { plugins: { yml }, language: "yml/yaml" }],
  ["a JSON parser", "a.json", JSON, { languageOptions: { parser: jsonParser } }],
  ["the JSON language", "a.json", JSON, { plugins: { jsonc }, language: "jsonc/x" }],
];

test.each(PARSERS)("under %s the finding stands on the port", (_title, filename, text, config) => {
  const files = ["**/*.{yaml,json}"];
  const configs = [
    { files, ...config },
    { files, plugins: { o: { rules } }, rules: { "o/no-published-datastore-port": "error" } },
  ] as unknown as Linter.Config[];
  const messages = new Linter({ configType: "flat" }).verify(text, configs, { filename });
  const lines = text.split("\n");
  const found = messages.map(({ ruleId, message, line, column, endColumn = 0 }) => [
    ruleId ?? message,
    lines[line - 1]?.slice(column - 1, endColumn - 1).replaceAll(/["']/g, ""),
  ]);
  expect(found).toEqual([["o/no-published-datastore-port", "5432:5432"]]);
});
