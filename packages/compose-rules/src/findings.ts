import type { Finding } from "./rule.js";

interface Recorded {
  rule: string;
  finding: Finding;
  message: string;
}

/** Findings by the root of the tree they were reported on; ESLint's messages have no room for all they say. */
const recorded = new WeakMap<object, Recorded[]>();

/**
 * Keeps what a rule found in a file for `findingAt`.
 *
 * @param messages - `meta.messages` of the rule
 */
export function record(
  ast: object,
  rule: string,
  findings: readonly Finding[],
  messages: Readonly<Record<string, string>> = {},
): void {
  const all = recorded.get(ast) ?? [];
  recorded.set(ast, all);
  for (const finding of findings) {
    all.push({ rule, finding, message: filled(messages[finding.messageId], finding.data) });
  }
}

/**
 * The finding that a message stands for, with its subject and related places.
 *
 * @param ast - root of the linted tree (`sourceCode.ast`), after the rules ran on it
 * @param offset - UTF-16 offset where the message begins
 * @param said - the message: services that share an anchor are found at one place
 */
export function findingAt(
  ast: object,
  offset: number,
  said: { readonly ruleId: string | null; readonly message: string },
): Finding | undefined {
  return recorded
    .get(ast)
    ?.find(
      ({ rule, finding, message }) =>
        finding.place.range[0] === offset && rule === said.ruleId && message === said.message,
    )?.finding;
}

/** A message with its placeholders filled in, as ESLint does it. */
export function filled(message = "", data: Finding["data"] = {}): string {
  return message.replaceAll(/\{\{([^{}]+)\}\}/g, (whole, name: string) => String(data[name.trim()] ?? whole));
}
