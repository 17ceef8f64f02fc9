import type { FileResult } from "../violation.js";
import type { RuleEntry } from "../references.js";
import type { AnnotationLevel } from "./github.js";

/** sqlfluff's formats of `lint`. */
export const FORMATS = [
  ...["human", "json", "yaml", "sarif"],
  ...["github-annotation", "github-annotation-native", "gitlab", "none"],
] as const;

export interface Report {
  results: readonly FileResult[];
  level: AnnotationLevel;
  entries: readonly RuleEntry[];
  version: string;
  time: Date;
}

/** A format for machines, loaded only when it is asked for. */
export async function machineReport(format: string, report: Report): Promise<string> {
  const { results, level, entries, version, time } = report;
  switch (format) {
    case "json":
      return (await import("./json.js")).json(results);
    case "yaml":
      return (await import("./yaml.js")).yaml(results);
    case "sarif":
      return (await import("./sarif.js")).sarif(results, entries, version, time);
    case "github-annotation":
      return (await import("./github.js")).githubAnnotation(results, level);
    case "github-annotation-native":
      return (await import("./github.js")).githubAnnotationNative(results, level);
    case "gitlab":
      return (await import("./gitlab.js")).gitlab(results, level);
    default:
      return "";
  }
}
