// Prints as JSON the peak resident memory, in MB, of linting every file of a tree.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Linter } from "eslint";
import { rules, sqlLanguage } from "@orchestrator-lint/sql-rules";

const [root = "."] = process.argv.slice(2);
const folder = path.join(root, "db/migrations");
const config = [
  {
    files: ["**/*.sql"],
    plugins: { orchestrator: { languages: { sql: sqlLanguage }, rules } },
    language: "orchestrator/sql",
    rules: Object.fromEntries(Object.keys(rules).map((name) => [`orchestrator/${name}`, "error"])),
  },
];
const linter = new Linter({ cwd: root, configType: "flat" });
for (const name of readdirSync(folder)) {
  const file = path.join(folder, name);
  linter.verify(readFileSync(file, "utf8"), config, { filename: file });
}
process.stdout.write(JSON.stringify({ peak: process.resourceUsage().maxRSS / 1024 }));
