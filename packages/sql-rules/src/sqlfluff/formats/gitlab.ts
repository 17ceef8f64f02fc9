import { createHash } from "node:crypto";
import type { FileResult } from "../violation.js";
import type { AnnotationLevel } from "./github.js";
import { indentedJson } from "./json.js";
import { records } from "./records.js";

const SEVERITIES = { notice: "info", warning: "major", failure: "critical", error: "critical" } as const;

/** GitLab's code quality report. */
export function gitlab(results: readonly FileResult[], level: AnnotationLevel): string {
  const issues = records(results).flatMap(({ filepath, violations }) => {
    const path = filepath.replaceAll("\\", "/");
    return violations.map((violation) => {
      const { code, description, warning, start_line_no, start_line_pos, end_line_no, end_line_pos } =
        violation;
      return {
        check_name: code,
        description: `${code}: ${description}`,
        severity: warning ? "info" : SEVERITIES[level],
        fingerprint: createHash("md5")
          .update([path, code, start_line_no, start_line_pos].join(":"))
          .digest("hex"),
        location: {
          path,
          positions: {
            begin: { line: start_line_no, column: start_line_pos },
            end: { line: end_line_no, column: end_line_pos },
          },
        },
      };
    });
  });
  return `${indentedJson(issues)}\n`;
}
