import path from "node:path";
import { parse } from "yaml";
import { severityOf, type Severity } from "./json.js";
import { rulesDirectory } from "./paths.js";
import { realSystem, type System } from "./system.js";

/** One Semgrep rule of this package. */
export interface SemgrepRule {
  id: string;
  /** What a finding says: what is wrong and why it bites. */
  message: string;
  severity: Severity;
  /** Semgrep's language ids, such as `python`. */
  languages: string[];
  /** `metadata` of the rule as it stands: `shortDescription`, `source`, `view`, `recommended`, `references`… */
  metadata: Readonly<Record<string, unknown>>;
  /** Whether the rule offers a fix. */
  fixable: boolean;
  /** Absolute path of the YAML file. */
  file: string;
}

/**
 * Reads every rule of this package, sorted by id.
 * @throws where a rule file is no Semgrep rule
 */
export function loadRules(system: Pick<System, "list" | "read"> = realSystem()): SemgrepRule[] {
  return system
    .list(rulesDirectory)
    .flatMap((view) =>
      system
        .list(path.join(rulesDirectory, view))
        // A fixture in YAML is called <id>.test.yaml, which Semgrep does not take for rules.
        .filter((name) => /^[^.]+\.yaml$/u.test(name))
        .map((name) => path.join(rulesDirectory, view, name)),
    )
    .flatMap((file) => parseRules(system.read(file)?.toString("utf8") ?? "", file))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Reads the text of one rule file. Throws where a rule lacks what every rule here has. */
export function parseRules(text: string, file: string): SemgrepRule[] {
  return rulesIn(parse(text), file);
}

/** The rules of a Semgrep configuration that was read from a file. Throws as `parseRules`. */
export function rulesIn(document: unknown, file: string): SemgrepRule[] {
  const rules = (document as { rules?: unknown } | null)?.rules;
  if (!Array.isArray(rules)) throw new Error(`${file}: no list of rules.`);
  return rules.map((rule: unknown): SemgrepRule => {
    const { id, message, severity, languages, metadata, fix } = rule as Record<string, unknown>;
    if (typeof id !== "string" || typeof message !== "string" || !Array.isArray(languages)) {
      throw new Error(`${file}: a rule needs an id, a message and languages.`);
    }
    return {
      id,
      message,
      severity: severityOf(severity),
      languages: languages.map(String),
      metadata: (metadata ?? {}) as Record<string, unknown>,
      fixable: fix !== undefined,
      file,
    };
  });
}
