import {
  filesBroughtIn,
  focusOn,
  mayBeCompose,
  mayBeManifest,
  memoryOf,
  projectsWith,
  settingsOf,
  type MemoryRow,
} from "@orchestrator-lint/compose-rules";
import { workloadFiles, type OrchestratorConfig } from "eslint-plugin-orchestrator";
import path from "node:path";
import { hasTellingName } from "./discover.js";
import { escapeGlob, readText, realDirectory, relativePath } from "./files.js";
import { suppressedResults, type Report, type Result } from "./result.js";

/** The configuration with the Compose files among some files as one project, as `docker compose -f … -f …` takes them. */
export function givenTogether(
  cwd: string,
  files: readonly string[],
  config: OrchestratorConfig,
): OrchestratorConfig {
  const root = realDirectory(cwd);
  const given = files.map((file) => relativePath(root, path.resolve(root, file)));
  const texts = new Map(given.map((file) => [file, readText(root, file)]));
  const withNamed = withFiles(config, given.filter((file) => texts.get(file)?.ok)); // prettier-ignore
  const isCompose = (file: string) => {
    const content = texts.get(file);
    return content?.ok === true && mayBeCompose(content.text) && !mayBeManifest(content.text);
  };
  if (!given.some(isCompose)) return withNamed;
  // An override need not have services: it may change a volume.
  const compose = given.filter((file) => {
    const content = texts.get(file);
    return content?.ok === true && !mayBeManifest(content.text) && !hasTellingName(file, new Set(given));
  });
  return { ...withNamed, settings: { ...config.settings, compose: { projects: [compose] } } };
}

/** The configuration with some files, relative to the root, among those that may declare workloads, whatever their names. */
export function withFiles(config: OrchestratorConfig, files: readonly string[]): OrchestratorConfig {
  const compose = [...new Set([...workloadFiles(config), ...files.map(escapeGlob)])];
  return { ...config, files: { ...config.files, compose } };
}

/**
 * Files with all that they bring in, relative to a root: a project is not checked in the file alone that was named. Other
 * projects that they are brought in by are not meant.
 */
export function withBroughtIn(root: string, files: readonly string[], config: OrchestratorConfig): string[] {
  const settings = settingsOf({ orchestrator: config.settings });
  const given = files.map((file) => path.join(root, file));
  focusOn(root, given);
  return filesBroughtIn(root, given, settings).map((file) => relativePath(root, file));
}

/**
 * A report in which what a platform refuses to start, and what could not be read in full, is an error: a gate is not
 * passed by what nobody could check.
 *
 * @param isOwn - whether the team gave a rule its level itself
 */
export function withUnreadAsErrors(report: Report, isOwn: (rule: string) => boolean): Report {
  const asError = (result: Result): Result =>
    result.unread !== undefined && !isOwn(result.rule) ? { ...result, level: "error" } : result;
  return { ...report, runs: report.runs.map((run) => ({ ...run, results: run.results.map(asError) })) };
}

/**
 * A report with the memory of every workload that the checked files declare: those of files beside them, which are
 * started together with them, are not what was asked for.
 */
export function withMemory(report: Report, cwd: string, config: OrchestratorConfig): Report {
  const root = realDirectory(cwd);
  const settings = settingsOf({ orchestrator: config.settings });
  const rows = new Map<string, MemoryRow>();
  for (const file of report.texts.keys()) {
    for (const project of projectsWith(root, path.join(root, file), settings)) {
      for (const row of memoryOf(project, settings)) {
        if (report.texts.has(relativePath(root, row.path))) rows.set(JSON.stringify(row), row);
      }
    }
  }
  const suppressed = suppressedResults(report);
  const memory = [...rows.values()].map((row): MemoryRow => {
    const own = suppressed.filter(({ subject }) => subject === row.subject).map(({ rule }) => rule);
    return own.length > 0 ? { ...row, suppressed: [...new Set(own)] } : row;
  });
  return { ...report, memory };
}
