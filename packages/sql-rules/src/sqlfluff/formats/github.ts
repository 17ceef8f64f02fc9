import type { FileResult } from "../violation.js";
import { pythonJson } from "./json.js";
import { records } from "./records.js";

/** sqlfluff's `--annotation-level`. */
export const ANNOTATION_LEVELS = ["notice", "warning", "failure", "error"] as const;
export type AnnotationLevel = (typeof ANNOTATION_LEVELS)[number];

const TITLE = "orchestrator-sql";

/** The array that GitHub actions for annotations read. */
export function githubAnnotation(results: readonly FileResult[], level: AnnotationLevel): string {
  const annotations = records(results).flatMap(({ filepath, violations }) =>
    violations.map((violation) => ({
      file: filepath,
      start_line: violation.start_line_no,
      start_column: violation.start_line_pos,
      end_line: violation.end_line_no,
      end_column: violation.end_line_pos,
      title: TITLE,
      message: `${violation.code}: ${violation.description}`,
      annotation_level: violation.warning ? "notice" : level === "error" ? "failure" : level,
    })),
  );
  return `${pythonJson(annotations)}\n`;
}

/** GitHub's own workflow commands; nothing at all without violations. */
export function githubAnnotationNative(results: readonly FileResult[], level: AnnotationLevel): string {
  const lines = records(results)
    .filter(({ violations }) => violations.length > 0)
    .flatMap(({ filepath, violations }) => [
      `::group::${escaped(filepath)}`,
      ...violations.map((violation) => {
        const command = violation.warning ? "notice" : level === "failure" ? "error" : level;
        const properties = {
          title: TITLE,
          file: filepath,
          line: violation.start_line_no,
          col: violation.start_line_pos,
          endLine: violation.end_line_no,
          endColumn: violation.end_line_pos,
        };
        const listed = Object.entries(properties).map(([key, value]) => `${key}=${property(String(value))}`);
        const name = violation.name ? ` [${violation.name}]` : "";
        const message = `${violation.code}: ${violation.description}${name}`;
        return `::${command} ${listed.join(",")}::${escaped(message)}`;
      }),
      "::endgroup::",
    ]);
  return lines.map((line) => `${line}\n`).join("");
}

/** A line end in a message would let a linted file write workflow commands of its own. */
const escaped = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

const property = (text: string): string => escaped(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
