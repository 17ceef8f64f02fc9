import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
  type Pair,
  type Scalar,
  type YAMLMap,
} from "yaml";
import { Excerpt } from "./excerpt.js";
import { filledIn, type Variable } from "./variables.js";
import { scalarText } from "./yaml.js";

/** A text in a CI configuration. */
export interface CiText {
  readonly content: Excerpt;
  /** Whether a shell runs it. */
  readonly isScript: boolean;
  /** Values of the variables of its step, its job and the whole file. */
  readonly variable: Variable;
}

/** What holds where a node is. */
interface Within {
  /** The node that an alias stands for; any other node is itself. */
  readonly anchored: (node: unknown) => unknown;
  readonly variable: Variable;
  readonly isScript: boolean;
}

/** Keys whose texts shells run, in the configurations of GitHub, GitLab, CircleCI and Azure. */
const SCRIPTS =
  /^(?:run|script|before_script|after_script|commands?|bash|pwsh|powershell|inlineScript|cmds?)$/;
const VARIABLES = /^(?:env|environment|variables)$/;
/** What something is called says what it does in the same words. */
const NAMES = /^(?:name|displayName|description)$/;

/** The texts of a CI configuration in YAML. Never throws. */
export function ciTexts(text: string): { texts: CiText[]; unread?: string } {
  const texts: CiText[] = [];
  let reason: string | undefined;
  try {
    for (const document of parseAllDocuments(text, { logLevel: "silent", uniqueKeys: false })) {
      reason ??= document.errors[0]?.message.split("\n", 1)[0];
      const anchored = (node: unknown) => (isAlias(node) ? flat(node.resolve(document)) : node);
      visit(document.contents, { anchored, variable: () => undefined, isScript: false });
    }
  } catch (error) {
    reason = (error as Error).message;
  }
  return { texts, ...(reason === undefined ? {} : { unread: `it is no YAML (${reason})` }) };

  function visit(given: unknown, within: Within): void {
    const node = within.anchored(given);
    const { variable, isScript, anchored } = within;
    if (isMap(node)) visitMap(node, within);
    else if (isSeq(node)) {
      const scripts = isScript ? linesOf(node, anchored) : [];
      // The lines of a list run in one shell.
      if (scripts.length > 0) add(scripts, variable);
      for (const item of node.items) if (scripts.length === 0 || isMap(item)) visit(item, within);
    } else if (isText(node)) add([node], variable, isScript);
  }

  function visitMap(map: YAMLMap, within: Within): void {
    const { anchored } = within;
    const variable = withVariables(map, within.variable);
    const before = map.items.find((pair) => keyOf(pair) === "before_script");
    const script = map.items.find((pair) => keyOf(pair) === "script");
    for (const pair of map.items) {
      const key = keyOf(pair);
      if (NAMES.test(key) || (pair === before && script)) continue;
      const lines = pair === script && before ? linesOf(before.value, anchored) : [];
      if (lines.length > 0) add([...lines, ...linesOf(pair.value, anchored)], variable);
      else visit(pair.value, { anchored, variable, isScript: SCRIPTS.test(key) });
    }
  }

  function add(scalars: readonly Scalar[], variable: Variable, isScript = true): void {
    const whole = Excerpt.joined(scalars.map((scalar) => scalarText(text, scalar)));
    texts.push({ content: withExpressions(whole, variable), isScript, variable });
  }
}

const isText = (node: unknown): node is Scalar => isScalar(node) && typeof node.value === "string";
const keyOf = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.value) : "");

/** Texts of a list, of lists in it, or one alone. */
function linesOf(given: unknown, anchored: Within["anchored"], depth = 0): Scalar[] {
  const node = anchored(given);
  if (isText(node)) return [node];
  return isSeq(node) && depth < 3 ? node.items.flatMap((item) => linesOf(item, anchored, depth + 1)) : [];
}

/** What an alias stands for, where it is a text or a list of them: deeper ones may be made to grow without end. */
function flat(node: unknown): unknown {
  return isText(node) || (isSeq(node) && node.items.every(isText)) ? node : undefined;
}

/** Variables of a map, in front of those of what it is in. */
function withVariables(map: YAMLMap, outer: Variable): Variable {
  const own = new Map<string, string | undefined>();
  for (const pair of map.items) {
    const { value } = pair;
    if (!VARIABLES.test(keyOf(pair))) continue;
    for (const item of isSeq(value) ? value.items : isMap(value) ? [value] : []) {
      if (!isMap(item)) continue;
      // Azure lists them by name and value.
      const name = item.get("name");
      if (typeof name === "string") own.set(name, valueOf(item.get("value", true)));
      else for (const one of item.items) own.set(keyOf(one), valueOf(one.value));
    }
  }
  if (own.size === 0) return outer;
  return (name) => (own.has(name) ? filledIn(plain(own.get(name) ?? "$"), outer) : outer(name));
}

function valueOf(node: unknown): string | undefined {
  // GitLab says more of a variable than its value.
  if (isMap(node)) return valueOf(node.get("value", true));
  return isScalar(node) ? (node.source ?? String(node.value)) : undefined;
}

/** GitHub's `${{ env.A }}` as a shell writes it; what else stands between such braces is not known here. */
const plain = (text: string): string =>
  text.replaceAll(EXPRESSION, (_, name?: string) => (name === undefined ? "${__expression}" : `\${${name}}`));
const EXPRESSION = /\$\{\{[ \t]*(?:(?:env|variables|vars)\.(\w+)[ \t]*\}\}|[^}]*\}\})/g;

function withExpressions(content: Excerpt, variable: Variable): Excerpt {
  return (
    content
      .replaced(EXPRESSION, ([expression]) => plain(expression))
      // Azure's way, which to a shell is a command.
      .replaced(/\$\((\w+)\)/g, ([, name = ""]) => (variable(name) === undefined ? undefined : `\${${name}}`))
  );
}
