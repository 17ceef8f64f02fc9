/**
 * Prints, as JSON, milliseconds of processor time for the Compose files of a tree: to parse them, to lint them in one
 * process, and to lint one again after an edit. Medians of rounds in one process.
 */
import { rules, yamlParser } from "@orchestrator-lint/compose-rules";
import { Linter } from "eslint";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const [root] = process.argv.slice(2);
const files = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".yml"))
  .map((file) => ({ file: path.join(root, file), text: readFileSync(path.join(root, file), "utf8") }));

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
function time(work) {
  const started = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

const linter = new Linter({ configType: "flat", cwd: root });
const levels = Object.fromEntries(Object.keys(rules).map((name) => [`o/${name}`, "error"]));
const config = [
  { files: ["**/*.yml"], plugins: { o: { rules } }, languageOptions: { parser: yamlParser }, rules: levels },
];
const lint = ({ file, text }) => linter.verify(text, config, { filename: file });

const whole = time(() => files.forEach(lint));
const parse = median(
  Array.from({ length: 3 }, () => time(() => files.forEach(({ text }) => yamlParser.parseForESLint(text)))),
);
const edits = Array.from({ length: 21 }, (_, round) => {
  const { file, text } = files[(round * 29) % files.length];
  return time(() => lint({ file, text: `${text}# ${"x".repeat(round)}\n` }));
});
console.log(JSON.stringify({ whole, parse, edit: median(edits), slowest: Math.max(...edits) }));
