import { lineHashes } from "./fingerprint.js";
import { regionAt } from "./position.js";
import {
  sortResults,
  type Edit,
  type Engine,
  type Region,
  type Report,
  type Result,
  type RuleInfo,
} from "./result.js";

const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";
const INFORMATION_URI = "https://github.com/orchestrator-lint/orchestrator-lint";
const NAMES: Record<Engine, string> = {
  eslint: "orchestrator (ESLint)",
  semgrep: "orchestrator (Semgrep)",
  radar: "orchestrator (Radar)",
  artifact: "orchestrator (artifacts)",
};

/** What the log says besides the results. */
export interface SarifOptions {
  /** Version of this package. */
  version: string;
  rules: readonly RuleInfo[];
  /** The page of a rule, Markdown. */
  page(rule: string): string | undefined;
}

/**
 * A report as SARIF 2.1.0: one run an engine, relative URIs on `SRCROOT`, UTF-16 columns, GitHub's line fingerprints.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function toSarif(report: Report, options: SarifOptions): object {
  const hashes = new Map<string, string[]>();
  const hashOf = ({ file, line }: Result): string | undefined => {
    const text = report.texts.get(file);
    if (text === undefined) return undefined;
    let lines = hashes.get(file);
    if (!lines) hashes.set(file, (lines = lineHashes(text)));
    return lines[line - 1];
  };

  return {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: report.runs.map(({ engine, version, results, failures }) => {
      const sorted = sortResults(results);
      const used = new Set(sorted.map(({ rule }) => rule));
      const rules = options.rules.filter((rule) => rule.engine === engine || used.has(rule.name));
      const indexes = new Map(rules.map(({ name }, index) => [name, index]));
      return {
        tool: {
          driver: {
            name: NAMES[engine],
            version: options.version,
            semanticVersion: options.version,
            informationUri: INFORMATION_URI,
            properties: { engineVersion: version },
            rules: rules.map((rule) => toRule(rule, options.page(rule.name))),
          },
        },
        automationDetails: { id: `orchestrator/${engine}/` },
        columnKind: "utf16CodeUnits",
        ...(report.memory && engine === "eslint"
          ? { properties: { memory: report.memory.map(({ path: _, ...row }) => row) } }
          : {}),
        ...(report.artifacts && engine === "artifact"
          ? { properties: { artifacts: report.artifacts.map(({ findings: _, ...artifact }) => artifact) } }
          : {}),
        originalUriBaseIds: { SRCROOT: { description: { text: "The root of the checked tree." } } },
        invocations: [
          {
            executionSuccessful: failures.length === 0,
            toolExecutionNotifications: failures.map((text) => ({ level: "error", message: { text } })),
          },
        ],
        results: sorted.map((result) =>
          toResult(result, indexes.get(result.rule), hashOf(result), report.texts.get(result.file)),
        ),
      };
    }),
  };
}

function toRule(rule: RuleInfo, page: string | undefined): object {
  const text = `${rule.description}.`;
  const precision = rule.level === "error" ? "high" : "medium";
  return {
    id: `orchestrator/${rule.name}`,
    name: rule.name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text },
    fullDescription: { text },
    help: { text: `${text} See ${rule.url}`, ...(page === undefined ? {} : { markdown: page }) },
    helpUri: rule.url,
    defaultConfiguration: { level: rule.level },
    properties: {
      tags: ["orchestrator", rule.view],
      precision,
      "problem.severity": rule.level === "note" ? "recommendation" : rule.level,
    },
  };
}

function toResult(
  result: Result,
  ruleIndex: number | undefined,
  hash: string | undefined,
  text: string | undefined,
): object {
  const fixes = [
    ...(result.fix ? [{ description: "Fix", edit: result.fix }] : []),
    ...result.suggestions,
  ].flatMap(({ description, edit }) =>
    text === undefined ? [] : [toFix(result.file, description, edit, text)],
  );
  return {
    ruleId: `orchestrator/${result.rule}`,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: result.level,
    message: { text: result.message },
    locations: [
      {
        physicalLocation: physicalLocation(result.file, result),
        ...(result.subject === undefined
          ? {}
          : { logicalLocations: [{ fullyQualifiedName: result.subject }] }),
      },
    ],
    ...(result.related
      ? {
          relatedLocations: result.related.map((related, id) => ({
            id,
            physicalLocation: physicalLocation(related.file, related),
            message: { text: related.message },
          })),
        }
      : {}),
    ...(result.flows
      ? {
          codeFlows: result.flows.map((flow) => ({
            threadFlows: [
              {
                locations: flow.map((step) => ({
                  location: {
                    physicalLocation: physicalLocation(step.file, step),
                    message: { text: step.message },
                  },
                })),
              },
            ],
          })),
        }
      : {}),
    ...(hash === undefined ? {} : { partialFingerprints: { primaryLocationLineHash: hash } }),
    ...(fixes.length > 0 ? { fixes } : {}),
    ...(result.check === undefined ? {} : { properties: { check: result.check } }),
    ...(result.suppression
      ? {
          suppressions: [
            {
              kind: "inSource",
              ...(result.suppression.justification
                ? { justification: result.suppression.justification }
                : {}),
            },
          ],
        }
      : {}),
  };
}

function physicalLocation(file: string, { line, column, endLine, endColumn }: Region): object {
  return {
    artifactLocation: location(file),
    region: { startLine: line, startColumn: column, endLine, endColumn },
  };
}

/** A path as a relative URI: `a b#.sql` becomes `a%20b%23.sql`. */
function location(file: string): object {
  return { uri: file.split("/").map(encodeURIComponent).join("/"), uriBaseId: "SRCROOT" };
}

function toFix(file: string, description: string, { range, text: inserted }: Edit, text: string): object {
  const { line, column, endLine, endColumn } = regionAt(text, range);
  return {
    description: { text: description },
    artifactChanges: [
      {
        artifactLocation: location(file),
        replacements: [
          {
            deletedRegion: { startLine: line, startColumn: column, endLine, endColumn },
            insertedContent: { text: inserted },
          },
        ],
      },
    ],
  };
}
