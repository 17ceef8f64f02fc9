import type { RuleEntry } from "../references.js";
import type { FileResult } from "../violation.js";
import { indentedJson } from "./json.js";
import { records, type ViolationRecord } from "./records.js";

const HOME = "https://github.com/orchestrator-lint/orchestrator-lint";

/** SARIF 2.1.0 with what sqlfluff puts into it. */
export function sarif(
  results: readonly FileResult[],
  entries: readonly RuleEntry[],
  version: string,
  time: Date,
): string {
  const files = records(results);
  const rules = new Map<string, object>();
  for (const violation of files.flatMap(({ violations }) => violations)) {
    if (!rules.has(violation.code)) rules.set(violation.code, rule(violation, entries));
  }
  const log = {
    $schema: "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: { name: "orchestrator-sql", version, informationUri: HOME, rules: [...rules.values()] },
        },
        results: files.flatMap(({ filepath, violations }) =>
          violations.map((violation) => result(violation, filepath)),
        ),
        invocations: [
          {
            executionSuccessful: true,
            startTimeUtc: time.toISOString(),
            endTimeUtc: time.toISOString(),
          },
        ],
      },
    ],
  };
  return `${indentedJson(log)}\n`;
}

const level = ({ warning }: ViolationRecord): string => (warning ? "note" : "error");

function rule(violation: ViolationRecord, entries: readonly RuleEntry[]): object {
  const { code, name, description } = violation;
  const entry = entries.find((known) => known.code === code);
  return {
    id: code,
    name: code,
    shortDescription: { text: name || code },
    fullDescription: { text: entry?.description ?? description },
    defaultConfiguration: { level: level(violation) },
    helpUri: entry?.url ?? `${HOME}/blob/main/docs/rules/no-unparsed-sql.md`,
  };
}

function result(violation: ViolationRecord, path: string): object {
  return {
    ruleId: violation.code,
    level: level(violation),
    message: { text: `${violation.code}: ${violation.description}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(path.replaceAll("\\", "/")), uriBaseId: "%SRCROOT%" },
          region: {
            startLine: violation.start_line_no,
            startColumn: violation.start_line_pos,
            endLine: violation.end_line_no,
            endColumn: violation.end_line_pos,
          },
        },
      },
    ],
  };
}
