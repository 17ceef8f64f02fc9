import { askTree, type RuleFinding } from "@orchestrator-lint/compose-rules";
import type { RuleEntry } from "eslint-plugin-orchestrator";
import path from "node:path";
import { relativePath } from "../files.js";
import { levelOf } from "../levels.js";
import { regionsIn } from "../position.js";
import type { Edit, RelatedPlace, Result } from "../result.js";

/** How the rules of workloads are set. */
export interface WorkloadRules {
  /** Level and options of every rule. */
  levels: ReadonlyMap<string, RuleEntry>;
  /** `settings` of the configuration. */
  settings: object;
}

/**
 * The results for files that declare workloads, without ESLint: what it would say, in a fraction of the time.
 *
 * @param root - directory the file paths are relative to, absolute
 * @param texts - of the files, by their paths
 * @param related - the places that belong to a finding, located in their files
 * @param onFile - told of files as work goes on
 * @returns for a file its results; undefined where ESLint has to be asked
 * @throws when a rule failed on the file
 */
export async function workloadReader(
  root: string,
  texts: ReadonlyMap<string, string>,
  { levels, settings }: WorkloadRules,
  related: (finding: RuleFinding["finding"]) => RelatedPlace[],
  onFile: (file: string) => void,
): Promise<(file: string) => Result[] | undefined> {
  const question = {
    root,
    texts: new Map([...texts].map(([file, text]) => [path.join(root, file), text])),
    options: optionsOf(levels),
    settings,
  };
  const answers = await askTree(question, (file) => {
    onFile(relativePath(root, file));
  });
  return (file) => {
    const answer = answers.get(path.join(root, file));
    if (answer instanceof Error) throw answer;
    const text = texts.get(file) ?? "";
    const regionAt = regionsIn(text);
    return answer?.map(({ rule, finding, message, suggestions }): Result => {
      const places = related(finding);
      return {
        rule,
        level: levelOf(levels.get(rule)) === "error" ? "error" : "warning",
        message,
        file,
        ...regionAt(finding.place.range),
        suggestions: suggestions.map(({ description, edits }) => ({
          description,
          edit: merged(edits, text),
        })),
        ...(rule === "no-unread-workload" ? unreadWorkload(finding.messageId) : {}),
        ...(finding.subject === undefined ? {} : { subject: finding.subject }),
        ...(places.length > 0 ? { related: places } : {}),
      };
    });
  };
}

/**
 * What a finding of `no-unread-workload` leaves unchecked; nothing where it only doubts what was read, or says what has
 * to be given where the project runs: all that is here was read.
 */
export function unreadWorkload(messageId: string): Pick<Result, "unread"> {
  if (messageId === "doubt" || messageId === "missing") return {};
  return { unread: messageId === "refused" ? "refused" : "part" };
}

/** The options of every rule that is on. */
function optionsOf(levels: ReadonlyMap<string, RuleEntry>): Map<string, object> {
  return new Map(
    [...levels]
      .filter(([, entry]) => levelOf(entry) !== "off")
      .map(([rule, entry]) => [rule, (typeof entry === "string" ? undefined : (entry[1] as object)) ?? {}]),
  );
}

/** Several edits as one, with the text between them, as ESLint joins them. */
function merged(edits: RuleFinding["suggestions"][number]["edits"], text: string): Edit {
  const sorted = edits.toSorted((a, b) => a.place.range[0] - b.place.range[0]);
  const start = sorted[0]?.place.range[0] ?? 0;
  let [result, at] = ["", start];
  for (const { place, text: replacement } of sorted) {
    result += text.slice(at, place.range[0]) + replacement;
    at = place.range[1];
  }
  return { range: [start, at], text: result };
}
