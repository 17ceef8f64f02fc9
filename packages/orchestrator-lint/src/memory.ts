import {
  mayBeCompose,
  mayBeManifest,
  memoryOf,
  projectsWith,
  settingsOf,
  type MemoryRow,
} from "@orchestrator-lint/compose-rules";
import type { OrchestratorConfig } from "eslint-plugin-orchestrator";
import path from "node:path";
import { readText, realDirectory, relativePath } from "./files.js";
import type { Report } from "./result.js";

/** The configuration with the Compose files among some files as one project, as `docker compose -f … -f …` takes them. */
export function givenTogether(
  cwd: string,
  files: readonly string[],
  config: OrchestratorConfig,
): OrchestratorConfig {
  const root = realDirectory(cwd);
  const given = files.map((file) => relativePath(root, path.resolve(root, file)));
  const compose = given.filter((file) => {
    const content = readText(root, file);
    return content.ok && mayBeCompose(content.text) && !mayBeManifest(content.text);
  });
  if (compose.length === 0) return config;
  return { ...config, settings: { ...config.settings, compose: { projects: [compose] } } };
}

/** A report with the memory of every workload that the checked files declare. */
export function withMemory(report: Report, cwd: string, config: OrchestratorConfig): Report {
  const root = realDirectory(cwd);
  const settings = settingsOf({ orchestrator: config.settings });
  const rows = new Map<string, MemoryRow>();
  for (const file of report.texts.keys()) {
    for (const project of projectsWith(root, path.join(root, file), settings)) {
      for (const row of memoryOf(project, settings)) rows.set(JSON.stringify(row), row);
    }
  }
  return { ...report, memory: [...rows.values()] };
}
