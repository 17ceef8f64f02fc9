import { projectsAmong } from "./files/projects.js";
import { filled } from "./findings.js";
import type { Finding } from "./rule.js";
import { rules } from "./rules/index.js";
import { settingsOf } from "./settings.js";

/** A finding with the rule that made it. */
export interface RuleFinding {
  /** Bare name of the rule. */
  rule: string;
  finding: Finding;
  /** As ESLint would say it. */
  message: string;
  suggestions: readonly {
    description: string;
    edits: readonly { place: Finding["place"]; text: string }[];
  }[];
}

/**
 * What rules say about one file of a tree, as they say it in ESLint but without it: a program that checks a whole tree
 * has hundreds of such files, and ESLint takes as long around them as they do.
 *
 * @param root - absolute path of the directory outside of which nothing is read
 * @param files - absolute paths of all that will be asked for; neighbours together, for what is over is let go of
 * @param options - the options of each rule that is on, by its bare name
 * @param shared - `settings` of a configuration
 * @returns for a file and its text what is said about it; undefined where only ESLint can say it: a text that cannot be
 * parsed, has directives in its comments, or has line ends that only ESLint counts
 */
export function treeReader(
  root: string,
  files: Iterable<string>,
  options: ReadonlyMap<string, object>,
  shared: unknown,
): (path: string, text: string) => RuleFinding[] | undefined {
  const settings = settingsOf(shared);
  const ask = projectsAmong<RuleFinding[]>(root, files, settings);
  const asked = Object.entries(rules).flatMap(([rule, { meta, findingsIn }]) => {
    const given = options.get(rule);
    const [defaults = {}] = (meta.defaultOptions ?? []) as object[];
    const say = (id: string, data: Finding["data"]) => filled(meta.messages?.[id], data);
    return given ? [{ rule, findingsIn, say, options: { ...defaults, ...given } }] : [];
  });
  return (path, text) => {
    if (/eslint|^\uFEFF|[\u2028\u2029]/.test(text)) return undefined;
    return ask(path, text, (projects) =>
      asked.flatMap(({ rule, findingsIn, say, options: own }) =>
        findingsIn(projects, path, own, settings).map((finding): RuleFinding => ({
          rule,
          finding,
          message: say(finding.messageId, finding.data),
          suggestions: (finding.suggest ?? [])
            .filter(({ edits }) => edits.every(({ place }) => place.path === path))
            .map(({ messageId, data, edits }) => ({
              description: say(messageId, { ...data, projects: "" }),
              edits,
            })),
        })),
      ),
    );
  };
}
