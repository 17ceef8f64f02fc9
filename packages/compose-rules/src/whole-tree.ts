import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { focusedAt, focusOn, groupsAmong, projectsAmong } from "./files/projects.js";
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

/** What rules are asked about the files of a tree; it can be cloned. */
export interface TreeQuestion {
  /** Absolute path of the directory outside of which nothing is read. */
  root: string;
  /** The text of each file that is asked about, by its absolute path. */
  texts: ReadonlyMap<string, string>;
  /** The options of each rule that is on, by its bare name. */
  options: ReadonlyMap<string, object>;
  /** `settings` of a configuration. */
  settings: unknown;
}

/**
 * What is said about a file, or what a rule failed with; undefined where only ESLint can say it: a text that cannot be
 * parsed, has directives in its comments, or has line ends that only ESLint counts.
 */
type Answer = readonly RuleFinding[] | Error | undefined;

/** A question that several threads answer: each takes the next group of files until there are no more. */
export interface SharedQuestion extends TreeQuestion {
  /** Files that share projects, which are read once only if one thread has all of them. */
  groups: readonly (readonly string[])[];
  /** Counts the groups that were taken: one number in shared memory. */
  taken: Int32Array;
  /** See `focusOn`. */
  focus: readonly string[];
}

/** Characters that take longer than a thread does to start. */
const WORTH_A_THREAD = 200_000;
const MOST_THREADS = 3;
/** Absent where the package runs from its sources. */
const WORKER = new URL("./worker.js", import.meta.url);

/**
 * What rules say about the files of a tree, as they say it in ESLint but without it: a program that checks a whole tree
 * has hundreds of such files, and ESLint takes as long around them as they do. Large trees are shared among threads.
 *
 * @param onFile - told of files as work goes on
 * @returns the answer for each file, in no order
 */
export async function askTree(
  question: TreeQuestion,
  onFile: (path: string) => void = () => undefined,
): Promise<Map<string, Answer>> {
  const { root, texts, settings } = question;
  const others = startThreads(texts);
  const shared: SharedQuestion = {
    ...question,
    groups: groupsAmong(root, texts.keys(), settingsOf(settings)),
    taken: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
    focus: focusedAt(root),
  };
  const answered = others.map((worker) => answersOf(worker, shared));
  const answers = takeShare(shared, onFile);
  for (const found of await Promise.all(answered)) for (const one of found) answers.set(...one);
  // A thread that ended before its time, for want of memory perhaps, leaves what it took to this one.
  const left = [...texts.keys()].filter((file) => !answers.has(file));
  if (left.length === 0) return answers;
  const again = takeShare({ ...shared, groups: [left], taken: new Int32Array(1) }, onFile);
  return new Map([...answers, ...again]);
}

function startThreads(texts: TreeQuestion["texts"]): Worker[] {
  const characters = [...texts.values()].reduce((sum, { length }) => sum + length, 0);
  const most = Math.min(MOST_THREADS, availableParallelism() - 1, texts.size - 1);
  const count = Math.min(most, Math.floor(characters / WORTH_A_THREAD));
  return count > 0 && existsSync(fileURLToPath(WORKER))
    ? Array.from({ length: count }, () => new Worker(WORKER))
    : [];
}

/** The answers of a thread; none where it failed. */
async function answersOf(worker: Worker, question: SharedQuestion): Promise<ReadonlyMap<string, Answer>> {
  return new Promise((resolve) => {
    const none = () => {
      resolve(new Map());
    };
    worker.once("message", resolve).once("error", none).once("exit", none);
    worker.postMessage(question);
  });
}

/** Answers for one group of files after the other, until all have been taken. */
export function takeShare(
  { root, texts, options, settings, groups, taken, focus }: SharedQuestion,
  onFile: (path: string) => void = () => undefined,
): Map<string, Answer> {
  focusOn(root, focus);
  const read = treeReader(root, texts.keys(), options, settings);
  const answers = new Map<string, Answer>();
  for (let at = Atomics.add(taken, 0, 1); at < groups.length; at = Atomics.add(taken, 0, 1)) {
    for (const file of groups[at] ?? []) {
      onFile(file);
      try {
        answers.set(file, read(file, texts.get(file) ?? ""));
      } catch (error) {
        answers.set(file, error as Error);
      }
    }
  }
  return answers;
}

/** What rules say about one file; neighbours are asked about together, for what is over is let go of. */
function treeReader(
  root: string,
  files: Iterable<string>,
  options: ReadonlyMap<string, object>,
  shared: unknown,
): (path: string, text: string) => readonly RuleFinding[] | undefined {
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
