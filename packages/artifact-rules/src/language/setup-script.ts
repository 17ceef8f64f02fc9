import type { SyntaxNode } from "@lezer/common";
import type * as LezerPython from "@lezer/python";
import { createRequire } from "node:module";

/** A line of a string in what a setup.py says that it requires. */
export interface SetupString {
  readonly value: string;
  /** Offset of its first character. */
  readonly start: number;
  /** Whether it is a part of the string that Python makes at last, by `+`, `%`, `format` or an f-string. */
  readonly isPart: boolean;
}

/** Arguments of `setup()` that list requirements. */
const LISTS = /^(?:install_requires|extras_require|setup_requires|tests_require)$/;
const ADDS = /^(?:append|extend|update|insert|list|tuple|set|sorted)$/;

/**
 * The strings among the requirements of a setup.py: in the arguments of that name, and in what the variables there are
 * given anywhere in the script. Keys of dictionaries, which name extras, and what is passed to functions are none.
 */
export function requirementStrings(text: string): SetupString[] {
  // Loaded where there is a setup.py about h2o.
  const { parser } = createRequire(import.meta.url)("@lezer/python") as typeof LezerPython;
  const tree = parser.parse(text);
  const written = ({ from, to }: SyntaxNode) => text.slice(from, to);
  const given = new Map<string, SyntaxNode[]>();
  const pending: SyntaxNode[] = [];
  tree.iterate({
    enter({ node }) {
      const value = valueBehind(node);
      if (value && LISTS.test(written(node).replaceAll(/["']/g, ""))) pending.push(value);
      const name = nameGiven(node);
      if (name) given.set(written(name), [...(given.get(written(name)) ?? []), node]);
    },
  });
  const found: SetupString[] = [];
  const seen = new Set<number>();
  for (let top = pending.pop(); top; top = pending.pop()) {
    if (seen.has(top.from)) continue;
    seen.add(top.from);
    const { from, to } = top;
    tree.iterate({
      from,
      to,
      enter({ node }) {
        if (node.from < from || node.to > to) return true;
        if (node.name === "VariableName") pending.push(...(given.get(written(node)) ?? []));
        if (node.name !== "String" && node.name !== "FormatString") return true;
        const isAll = node.from === from && node.to === to;
        if (isAll || isRequirement(node, written)) found.push(...linesOf(node, written(node)));
        return false;
      },
    });
  }
  // A list may be reached by more than one name.
  return [...new Map(found.map((one) => [one.start, one])).values()].sort((a, b) => a.start - b.start);
}

/** What stands behind the name of an argument, or the key of a dictionary. */
function valueBehind(node: SyntaxNode): SyntaxNode | undefined {
  const isName = node.name === "VariableName" && node.parent?.name === "ArgList";
  const sign = node.nextSibling;
  if (isName ? sign?.name !== "AssignOp" : !isKey(node)) return undefined;
  return sign?.nextSibling ?? undefined;
}

function isKey(node: SyntaxNode): boolean {
  return (
    node.name === "String" && node.parent?.name === "DictionaryExpression" && node.nextSibling?.name === ":"
  );
}

/** The variable that a statement gives something: `A = …`, `A["x"] = …`, `A += …`, `A.append(…)`. */
function nameGiven(node: SyntaxNode): SyntaxNode | undefined {
  if (!/^(?:AssignStatement|UpdateStatement|CallExpression)$/.test(node.name)) return undefined;
  const first = node.firstChild;
  const name =
    first?.name === "MemberExpression" ? first.firstChild : node.name === "CallExpression" ? null : first;
  return name?.name === "VariableName" ? name : undefined;
}

function isRequirement(node: SyntaxNode, written: (node: SyntaxNode) => string): boolean {
  const { parent } = node;
  if (isKey(node)) return false;
  // `extras["train"]`
  if (parent?.name === "MemberExpression") return parent.firstChild?.from === node.from;
  if (parent?.name !== "ArgList") return true;
  const callee = parent.parent?.firstChild;
  return callee ? ADDS.test(written(callee.name === "MemberExpression" ? callee.lastChild! : callee)) : false;
}

function linesOf(node: SyntaxNode, literal: string): SetupString[] {
  const [, head = "", quote = ""] = /^(\w*("""|'''|"|'))/.exec(literal) ?? [];
  const content = literal.slice(head.length, literal.length - quote.length);
  const isPart =
    node.firstChild?.name === "FormatReplacement" ||
    /^(?:BinaryExpression|ContinuedString)$/.test(node.parent?.name ?? "") ||
    (node.parent?.name === "MemberExpression" && node.parent.lastChild?.name === "PropertyName");
  return [...content.matchAll(/[^\r\n]+/g)].map(({ index, 0: line }) => ({
    value: line.trim(),
    start: node.from + head.length + index + line.length - line.trimStart().length,
    isPart,
  }));
}
