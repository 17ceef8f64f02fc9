/** A position in Semgrep's JSON: 1-based line, 1-based column and 0-based offset, both in UTF-8 bytes. */
export interface SemgrepPosition {
  line: number;
  col: number;
  offset: number;
}

/** One result in Semgrep's JSON. */
export interface SemgrepResult {
  check_id: string;
  path: string;
  start: SemgrepPosition;
  end: SemgrepPosition;
  extra: { message: string; severity: string; metadata?: Record<string, unknown>; fix?: string };
}

/** One error in Semgrep's JSON. `type` is a name, or a name and its data. */
export interface SemgrepError {
  code: number;
  level: string;
  type: string | [string, ...unknown[]];
  message?: string;
  path?: string;
  rule_id?: string;
  spans?: { file: string; start: SemgrepPosition; end: SemgrepPosition }[];
}

/** The part of Semgrep's `--json` output that is used here (Semgrep 1.182, semgrep_output_v1). */
export interface SemgrepJson {
  version?: string;
  results: SemgrepResult[];
  errors: SemgrepError[];
  paths: {
    scanned: string[];
    skipped?: { path: string; reason: string; details?: string; rule_id?: string }[];
  };
}

/**
 * Reads Semgrep's output. It may quote a file's bytes that are no UTF-8; these become replacement characters.
 * @throws where the text is no Semgrep result
 */
export function parseSemgrepJson(output: Uint8Array): SemgrepJson {
  const json = JSON.parse(new TextDecoder().decode(output)) as Partial<SemgrepJson>;
  if (!Array.isArray(json.results) || !Array.isArray(json.errors)) throw new Error("no Semgrep result");
  return { paths: { scanned: [] }, ...json, results: json.results, errors: json.errors };
}

/** The name of an error, without its data. */
export const errorType = ({ type }: SemgrepError): string => (Array.isArray(type) ? type[0] : type);

/** A rule id without the folders Semgrep puts before it. */
export const bareRuleId = (id: string): string => id.split(".").at(-1) ?? id;

/** How bad a finding is, in SARIF's words. */
export type Severity = "error" | "warning" | "note";

/** Semgrep's severity, old or new spelling, in SARIF's words; what is unknown is a warning. */
export function severityOf(severity: unknown): Severity {
  switch (String(severity).toUpperCase()) {
    case "ERROR":
    case "HIGH":
    case "CRITICAL":
      return "error";
    case "INFO":
    case "LOW":
    case "INVENTORY":
    case "EXPERIMENT":
      return "note";
    default:
      return "warning";
  }
}
