import { requirementsLanguage } from "@orchestrator-lint/artifact-rules";
import { pythonLanguage } from "@orchestrator-lint/python-rules";
import type { Linter, Rule } from "eslint";
import type { EngineRun, Result } from "../result.js";

/**
 * Has `eslint-disable…` comments count for the results of another engine, in Python and wherever else a comment begins
 * with #. ESLint itself is asked what they suppress: it lints each file that has some with rules that report those
 * results.
 *
 * @param texts - of the files with results
 */
export async function withDirectives(run: EngineRun, texts: ReadonlyMap<string, string>): Promise<EngineRun> {
  const byFile = new Map<string, number[]>();
  for (const [i, { file, suppression }] of run.results.entries()) {
    if (suppression || !texts.get(file)?.includes("eslint-disable")) continue;
    byFile.set(file, [...(byFile.get(file) ?? []), i]);
  }
  if (byFile.size === 0) return run;
  const { Linter } = await import("eslint");
  const results = [...run.results];
  for (const [file, indexes] of byFile) {
    const linter = new Linter({ configType: "flat" });
    const filename = /\.pyi?$/.test(file) ? "checked.py" : "checked.txt";
    linter.verify(texts.get(file)!, configFor(results, indexes), { filename });
    // In ESLint since 8.8, but not in its types.
    const suppressed = (linter as unknown as WithSuppressed).getSuppressedMessages();
    for (const { message, suppressions } of suppressed) {
      const i = Number(message);
      const justification = suppressions.map((one) => one.justification).join(" ");
      results[i] = { ...results[i]!, suppression: { justification } };
    }
  }
  return { ...run, results };
}

/** Rules of the results' names, each of which reports its results; their messages are the results' numbers. */
function configFor(results: readonly Result[], indexes: readonly number[]): Linter.Config[] {
  const names = new Set(indexes.map((i) => results[i]!.rule));
  const rules = Object.fromEntries(
    [...names].map((name): [string, Rule.RuleModule] => [
      name,
      {
        create: (context) => ({
          Program() {
            for (const i of indexes.filter((one) => results[one]!.rule === name)) {
              const { line, column, endLine, endColumn } = results[i]!;
              context.report({ loc: { start: { line, column }, end: { line: endLine, column: endColumn } }, message: String(i) }); // prettier-ignore
            }
          },
        }),
      },
    ]),
  );
  const languages = { python: pythonLanguage, requirements: requirementsLanguage };
  const shared = {
    plugins: { orchestrator: { languages, rules } },
    rules: Object.fromEntries([...names].map((name) => [`orchestrator/${name}`, "error"])),
  };
  const python = { language: "orchestrator/python", languageOptions: { walk: "program", hasSemgrep: true } };
  return [
    { files: ["**/*.py"], ...shared, ...python },
    // Lines and their comments are all that is asked for.
    { files: ["**/*.txt"], ...shared, language: "orchestrator/requirements" },
  ] as unknown as Linter.Config[];
}

interface WithSuppressed {
  getSuppressedMessages(): Linter.SuppressedLintMessage[];
}
