import { resolve } from "node:path";
import { version, writeText } from "../files/targets.js";
import { fileBlock, finished, summary } from "./formats/human.js";
import { machineReport } from "./formats/index.js";
import { EXIT, UserError, type Io } from "./io.js";
import type { LintOptions } from "./options.js";
import { ruleEntries } from "./references.js";
import { Session } from "./session.js";
import { isFailing, type FileResult } from "./violation.js";

const NEEDS_STATISTICS = new Set(["json", "yaml"]);

/** `lint`: prints violations and returns the exit code. */
export async function lintCommand(paths: readonly string[], options: LintOptions, io: Io): Promise<number> {
  const session = new Session(io, options);
  const { format, writeOutput, annotationLevel, quiet } = options;
  const time = new Date();
  const results: FileResult[] = [];
  const isHuman = format === "human";
  const verbosity = isHuman ? session.config.verbosity : 0;
  let written = "";
  const print = (text: string) => {
    if (writeOutput === undefined) io.stdout(text);
    else written += text;
  };

  if (verbosity > 0) print(header(session));
  for await (const { result, plan } of session.linted(paths, NEEDS_STATISTICS.has(format))) {
    results.push(result);
    if (!isHuman) continue;
    print(fileBlock(result, session.style, verbosity > 0));
    if (result.violations.some(({ code, warning }) => code === "PRS" && !warning)) {
      const { dialect = "postgres" } = plan.config;
      print(
        `WARNING: Parsing errors found and dialect is set to '${dialect}'. Have you configured your dialect correctly?\n`,
      );
    }
  }
  if (verbosity > 0) print(summary(results));

  if (!isHuman) {
    print(
      await machineReport(format, {
        results,
        level: annotationLevel,
        entries: ruleEntries,
        version: version(),
        time,
      }),
    );
  }
  if (writeOutput !== undefined && (isHuman || written !== "")) {
    writeReport(resolve(io.cwd, writeOutput), written);
  } else if (isHuman && !quiet && !options.nofail) io.stdout(finished(session.style));
  if (options.nofail) return EXIT.clean;
  const fails = results.some(({ violations }) => violations.some(isFailing));
  return fails || (session.skipped > 0 && session.config.skipFails) ? EXIT.violations : EXIT.clean;
}

function writeReport(path: string, text: string): void {
  try {
    writeText(path, text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`The output could not be written: ${reason}.`);
  }
}

function header({ config }: Session): string {
  const rules = config.rules ? `rules: ${config.rules.join(", ")}\n` : "";
  return `==== orchestrator-sql ====\norchestrator-sql: ${version()} node: ${process.versions.node}\nverbosity: ${config.verbosity} dialect: ${config.dialect ?? "postgres"} templater: ${config.templater}\n${rules}==== readout ====\n`;
}
