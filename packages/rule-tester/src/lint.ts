import type { Adapter, Edit, Finding, Fixture, SourceFile } from "./types.js";

/** The path a reader looks for: the case itself, or the file inside the case's folder. */
export function displayPath(fixture: Fixture, path: string): string {
  return fixture.files.length === 1 ? fixture.name : `${fixture.name}/${path}`;
}

/** Lints some state of a fixture's files with one rule. */
export async function lint(
  adapter: Adapter,
  fixture: Fixture,
  files: SourceFile[],
  ruleId: string,
  options: unknown[],
): Promise<Map<string, Finding[]>> {
  const { root, settings } = fixture;
  return adapter.lint({ ruleId, options, files, root, ...(settings ? { settings } : {}) });
}

/** The fixes of one rule among some findings. */
export function fixesOf(rule: string, findings: readonly Finding[]): Edit[] {
  return findings.flatMap((finding) => (finding.fix && finding.ruleId === rule ? [finding.fix] : []));
}
