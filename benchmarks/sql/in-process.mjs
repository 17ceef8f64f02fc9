// Prints as JSON, in milliseconds of processor time: a tree's scripts linted one after the other by ESLint with all rules,
// and one file of a known project linted again while it is being edited, that in milliseconds of wall time, too. Runs on
// the built package, as users do.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { Linter } from "eslint";
import { rules, sqlLanguage } from "@orchestrator-lint/sql-rules";

const [root = "."] = process.argv.slice(2);
const folder = path.join(root, "db/migrations");
const names = readdirSync(folder);
const ROUNDS = 7;

const config = [
  {
    files: ["**/*.sql"],
    plugins: { orchestrator: { languages: { sql: sqlLanguage }, rules } },
    language: "orchestrator/sql",
    languageOptions: { walk: "statements" },
    rules: Object.fromEntries(Object.keys(rules).map((name) => [`orchestrator/${name}`, "error"])),
  },
];
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
/** Processor time, that of the garbage collector's and compilers' threads with it: other work does not count. */
const time = (work) => {
  const started = performance.now();
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return { processor: (user + system) / 1000, wall: performance.now() - started };
};

const lint = (linter, file, text) => linter.verify(text, config, { filename: file });

/** The tree once more in a folder of its own, its tables called otherwise, so that nothing of it is known. */
function copy(round) {
  const directory = path.join(root, `round-${round}`, "db/migrations");
  mkdirSync(directory, { recursive: true });
  return names.map((name) => {
    const text = readFileSync(path.join(folder, name), "utf8").replace(/_(?=\d)/g, `_${round}_`);
    const file = path.join(directory, name);
    writeFileSync(file, text);
    return { file, text };
  });
}

const linterOf = (round) => new Linter({ cwd: path.join(root, `round-${round}`), configType: "flat" });
const rounds = Array.from({ length: ROUNDS }, (_, round) => {
  const scripts = copy(round);
  const linter = linterOf(round);
  return time(() => scripts.forEach(({ file, text }) => lint(linter, file, text)));
  // The first rounds pay for compiling WebAssembly and JavaScript.
}).slice(2);

// Five files from all over the history, each typed into a dozen times.
const linter = linterOf(ROUNDS);
const project = copy(ROUNDS);
for (const { file, text } of project) lint(linter, file, text);
const edits = [0.1, 0.3, 0.5, 0.7, 0.9].flatMap((share) => {
  const { file, text } = project[Math.floor(project.length * share)];
  return Array.from({ length: 12 }, (_, index) =>
    time(() => lint(linter, file, `${text}\nALTER TABLE account_${ROUNDS}_0 ADD COLUMN e${index} jsonb;\n`)),
  );
});

const of = (times, what) => median(times.map((one) => one[what]));
process.stdout.write(
  JSON.stringify({
    whole: of(rounds, "processor"),
    edit: of(edits, "processor"),
    editWall: of(edits, "wall"),
  }),
);
