/** A place in a file; `path` is absolute, offsets are UTF-16. */
export interface FilePlace {
  readonly path: string;
  readonly range: readonly [start: number, end: number];
}

/** What a rule says about a finding beside its message. */
export interface Finding {
  readonly place: FilePlace;
  /** The function on the event loop: `package.module.Class.function`. */
  readonly subject: string;
  /** The Semgrep rule that finds the same: where the blocking call stands in the function on the loop itself. */
  readonly twin?: string;
  /** The kind of the blocking call: `network`, `file`…; none where the finding is about another one. */
  readonly tier?: string;
  /** Hop by hop, from the call in that function to the cause; with the name of what runs there. */
  readonly flow: readonly { readonly place: FilePlace; readonly message: string; readonly name: string }[];
}

/** Findings by the root of the tree they were reported on; ESLint's messages have no room for all they say. */
const recorded = new WeakMap<object, { rule: string; finding: Finding }[]>();

/** Keeps what a rule found in a file for `findingAt`. */
export function record(ast: object, ruleId: string, findings: readonly Finding[]): void {
  const all = recorded.get(ast) ?? [];
  recorded.set(ast, all);
  for (const finding of findings) all.push({ rule: ruleId, finding });
}

/**
 * The finding that a message stands for, with its subject and the places on the way.
 *
 * @param ast - root of the linted tree (`sourceCode.ast`), after the rules ran on it
 * @param offset - UTF-16 offset where the message begins
 * @param ruleId - the message's `ruleId`
 */
export function findingAt(ast: object, offset: number, ruleId: string): Finding | undefined {
  return recorded.get(ast)?.find(({ rule, finding }) => finding.place.range[0] === offset && rule === ruleId)
    ?.finding;
}
