import { parse } from "yaml";

/** What a value of a report has to look like: objects have exactly these keys, in this order. */
export type Shape =
  | "integer"
  | "number"
  | "string"
  | "boolean"
  | RegExp
  | readonly [Shape]
  | { readonly [key: string]: Shape | Optional }
  | ((value: unknown) => boolean);

interface Optional {
  optional: Shape;
}

const optional = (shape: Shape): Optional => ({ optional: shape });
const isOptional = (shape: Shape | Optional): shape is Optional =>
  typeof shape === "object" && "optional" in shape;
const oneOf =
  (...values: readonly unknown[]) =>
  (value: unknown) =>
    values.includes(value);
const byKey = (shape: Shape) => (value: unknown) =>
  Object.values(value as object).every((inner) => differences(inner, shape).length === 0);

/** Where a value differs from a shape. */
export function differences(value: unknown, shape: Shape, path = "$"): string[] {
  if (shape === "integer") return Number.isInteger(value) ? [] : [`${path} is no integer`];
  if (typeof shape === "string") return typeof value === shape ? [] : [`${path} is no ${shape}`];
  if (shape instanceof RegExp) return shape.test(String(value)) ? [] : [`${path} is '${String(value)}'`];
  if (typeof shape === "function") return shape(value) ? [] : [`${path} is ${JSON.stringify(value)}`];
  if (isList(shape)) {
    if (!Array.isArray(value)) return [`${path} is no array`];
    return value.flatMap((item, index) => differences(item, shape[0], `${path}[${index}]`));
  }
  if (typeof value !== "object" || value === null) return [`${path} is no object`];
  const expected = Object.keys(shape).filter((key) => !isOptional(shape[key]!) || key in value);
  const actual = Object.keys(value);
  if (expected.join() !== actual.join()) return [`${path} has keys ${actual.join()} for ${expected.join()}`];
  return expected.flatMap((key) => {
    const inner = shape[key]!;
    return differences(
      (value as Record<string, unknown>)[key],
      isOptional(inner) ? inner.optional : inner,
      `${path}.${key}`,
    );
  });
}

const isList = (shape: Shape): shape is readonly [Shape] => Array.isArray(shape);

const POSITION = { start_line_no: "integer", start_line_pos: "integer", start_file_pos: "integer" } as const;
const END = { end_line_no: "integer", end_line_pos: "integer", end_file_pos: "integer" } as const;
const CODE = /^(?:[A-Z]{2}\d{2}|PRS|TMP)$/;

const FILES: Shape = [
  {
    filepath: "string",
    violations: [
      {
        start_line_no: "integer",
        start_line_pos: "integer",
        code: CODE,
        description: "string",
        name: /^(?:[a-z]+\.[a-z_]+)?$/,
        warning: "boolean",
        fixes: optional([
          {
            type: oneOf("replace", "delete", "create_before", "create_after"),
            edit: "string",
            ...POSITION,
            ...END,
          },
        ]),
        // sqlfluff does not know where a template's error ends.
        start_file_pos: optional("integer"),
        end_line_no: optional("integer"),
        end_line_pos: optional("integer"),
        end_file_pos: optional("integer"),
      },
    ],
    statistics: {
      source_chars: "integer",
      templated_chars: "integer",
      segments: "integer",
      raw_segments: "integer",
    },
    timings: byKey("number"),
  },
];

const ANNOTATIONS: Shape = [
  {
    file: "string",
    start_line: "integer",
    start_column: "integer",
    end_line: "integer",
    end_column: "integer",
    title: oneOf("SQLFluff", "orchestrator-sql"),
    message: /^(?:[A-Z]{2}\d{2}|PRS|TMP): ./s,
    annotation_level: oneOf("notice", "warning", "failure"),
  },
];

const PLACE: Shape = { line: "integer", column: "integer" };
const GITLAB: Shape = [
  {
    check_name: CODE,
    description: /^(?:[A-Z]{2}\d{2}|PRS|TMP): ./s,
    severity: oneOf("info", "major", "critical"),
    fingerprint: /^[0-9a-f]{32}$/,
    location: { path: "string", positions: { begin: PLACE, end: PLACE } },
  },
];

const TEXT: Shape = { text: "string" };
const LEVEL = oneOf("note", "error");
const SARIF: Shape = {
  $schema: /^https:.*sarif-schema-2\.1\.0\.json$/,
  version: /^2\.1\.0$/,
  runs: [
    {
      tool: {
        driver: {
          name: oneOf("SQLFluff", "orchestrator-sql"),
          version: /^\d+\.\d+\.\d+$/,
          informationUri: /^https:/,
          rules: [
            {
              id: CODE,
              name: CODE,
              shortDescription: TEXT,
              fullDescription: TEXT,
              defaultConfiguration: { level: LEVEL },
              helpUri: /^https:/,
            },
          ],
        },
      },
      results: [
        {
          ruleId: CODE,
          level: LEVEL,
          message: { text: /^(?:[A-Z]{2}\d{2}|PRS|TMP): ./s },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: /^[\w./%-]+$/, uriBaseId: /^%SRCROOT%$/ },
                region: {
                  startLine: "integer",
                  startColumn: "integer",
                  endLine: optional("integer"),
                  endColumn: optional("integer"),
                },
              },
            },
          ],
        },
      ],
      invocations: [
        {
          executionSuccessful: oneOf(true),
          startTimeUtc: /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)$/,
          endTimeUtc: /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)$/,
        },
      ],
    },
  ],
};

const NATIVE_LINE =
  /^(?:::group::.+|::endgroup::|::(?:notice|warning|error) title=[\w-]+,file=[^,:]+,line=\d+,col=\d+(?:,endLine=\d+,endColumn=\d+)?::(?:[A-Z]{2}\d{2}|PRS|TMP): .+)$/;

const HUMAN_LINE =
  /^(?:== \[.+\] (?:PASS|FAIL)|L:[ \d]{4} \| P:[ \d]{4} \| [ A-Z\d]{4} \| .{1,}| {23}\| .+|WARNING: Parsing errors found and dialect is set to 'postgres'\. Have you configured your dialect correctly\?|All Finished!)$/;

const lines = (text: string, line: RegExp): string[] =>
  text === ""
    ? []
    : text
        .replace(/\n$/, "")
        .split("\n")
        .filter((found) => !line.test(found));

/** How the output of `lint --format X` differs from what sqlfluff 4.5 prints, by format. */
export const formatDifferences: Readonly<Record<string, (output: string) => string[]>> = {
  human: (output) => lines(output, HUMAN_LINE),
  json: (output) => [
    ...differences(JSON.parse(output), FILES),
    // Python's spelling: one line, a space after comma and colon, nothing but ASCII.
    ...(/^\[(?:\{"filepath": [\x20-\x7e]*\})?\]\n$/.test(output) ? [] : ["not spelled as Python does"]),
  ],
  yaml: (output) => [
    ...differences(parse(output), FILES),
    ...(/^(?:- filepath: [^]*\n|\[\]\n)\n$/.test(output) ? [] : ["not laid out as PyYAML does"]),
  ],
  sarif: (output) => [
    ...differences(JSON.parse(output), SARIF),
    ...(output.startsWith('{\n  "$schema"') ? [] : ["not indented"]),
  ],
  "github-annotation": (output) => differences(JSON.parse(output), ANNOTATIONS),
  "github-annotation-native": (output) => lines(output, NATIVE_LINE),
  gitlab: (output) => [
    ...differences(JSON.parse(output), GITLAB),
    ...(/^\[(?:\]|\n {2}\{\n {4}"check_name")/.test(output) ? [] : ["not indented"]),
  ],
  none: (output) => (output === "" ? [] : ["not empty"]),
};
