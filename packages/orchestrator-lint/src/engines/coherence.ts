import {
  checkCoherence,
  gatherPins,
  type Artifact,
  type CoherenceFinding,
} from "@orchestrator-lint/artifact-rules";
import type { RuleEntry } from "eslint-plugin-orchestrator";
import { levelOf } from "../levels.js";
import { regionAt } from "../position.js";
import type { Result } from "../result.js";
import type { FileContent } from "../files.js";
import { unreadFile } from "./eslint.js";

export interface CoherenceRunOptions {
  levels: ReadonlyMap<string, RuleEntry>;
  /** `settings.h2o` of the configuration. */
  settings: { secure?: boolean };
  unreadLevel: "warning" | "error";
  /** Reads a file below the root. */
  read: (file: string) => FileContent;
  /** Texts of the files with results, which the formats need. */
  texts: Map<string, string>;
}

/**
 * Holds the releases of h2o that files, jars and models name against each other.
 *
 * @returns what was found, and how many files say something of h2o
 */
export function runCoherence(
  files: readonly string[],
  artifacts: readonly Artifact[],
  options: CoherenceRunOptions,
): { results: Result[]; named: number } {
  const { levels, settings, unreadLevel, read, texts } = options;
  const gathered = gatherPins(files, (file) => {
    const content = read(file);
    return content.ok ? content : { error: content.reason };
  });
  const { files: pins, texts: contents } = gathered;
  const results = gathered.unread.map(({ file, reason, isPart }) =>
    unreadFile(file, reason, unreadLevel, isPart ? "part" : "whole"),
  );
  const models = new Map(
    artifacts.flatMap(({ file, facts }) =>
      facts?.h2oVersion === undefined ? [] : [[file, facts.h2oVersion] as const],
    ),
  );
  for (const finding of checkCoherence(pins, models, { isSecure: settings.secure === true })) {
    const setting = levelOf(levels.get(finding.rule));
    if (setting !== "off")
      results.push(toResult(finding, setting === "warn" ? "warning" : "error", contents));
  }
  for (const { file, related = [] } of results) {
    for (const one of [file, ...related.map((place) => place.file)]) {
      const text = contents.get(one);
      if (text !== undefined) texts.set(one, text);
    }
  }
  const named = [...pins.values()].filter((file) => file.pins.length > 0).length;
  return { results, named };
}

function toResult(
  { rule, file, range, message, related, suggestion }: CoherenceFinding,
  level: "warning" | "error",
  contents: ReadonlyMap<string, string>,
): Result {
  const place = (name: string, [start, end]: readonly [number, number]) =>
    regionAt(contents.get(name) ?? "", [start, end]);
  return {
    rule,
    level,
    message,
    file,
    ...place(file, range),
    suggestions: suggestion
      ? [
          {
            description: suggestion.description,
            edit: { range: [...suggestion.range] as [number, number], text: suggestion.text },
          },
        ]
      : [],
    ...(related.length > 0
      ? {
          related: related.map((one) => ({
            file: one.file,
            message: one.message,
            ...place(one.file, one.range),
          })),
        }
      : {}),
  };
}
