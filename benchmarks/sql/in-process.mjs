// Prints as JSON, in milliseconds: a bare parse of a tree's scripts, everything the rules do with them, and one edited
// file linted again in a project that is already known. Runs on the built package, as users do.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Linter } from "eslint";
import { parseSync } from "libpg-query";
import { rules, sqlLanguage } from "@orchestrator-lint/sql-rules";

const [root = "."] = process.argv.slice(2);
const folder = path.join(root, "db/migrations");
const files = readdirSync(folder).map((name) => path.join(folder, name));
const texts = files.map((file) => readFileSync(file, "utf8"));
const ROUNDS = 9;

const config = [
  {
    files: ["**/*.sql"],
    plugins: { orchestrator: { languages: { sql: sqlLanguage }, rules } },
    language: "orchestrator/sql",
    rules: Object.fromEntries(Object.keys(rules).map((name) => [`orchestrator/${name}`, "error"])),
  },
];
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const time = (work) => {
  const started = performance.now();
  work();
  return performance.now() - started;
};

const lint = (linter, file, text) => linter.verify(text, config, { filename: file });
const linter = new Linter({ cwd: root, configType: "flat" });

// Both warm: the first of either pays for WebAssembly and for compiling JavaScript.
for (const text of texts) parseSync(text);
const bare = Array.from({ length: ROUNDS }, () => time(() => texts.forEach((text) => parseSync(text))));

let version = 0;
const whole = Array.from({ length: ROUNDS }, () => {
  // A comment makes every file one that was never seen, so that nothing is remembered.
  const changed = texts.map((text) => `-- ${++version}\n${text}`);
  changed.forEach((text, index) => writeFileSync(files[index], text));
  return time(() => changed.forEach((text, index) => lint(linter, files[index], text)));
});

const edits = Array.from({ length: 50 }, (_, index) => {
  const at = (index * 37) % files.length;
  const text = `${readFileSync(files[at], "utf8")}\nALTER TABLE account_0 ADD COLUMN e${index} jsonb;\n`;
  return time(() => lint(linter, files[at], text));
});

process.stdout.write(JSON.stringify({ parse: median(bare), whole: median(whole), edit: median(edits) }));
