import type { PyNode } from "../../language/tree.js";
import { parametersOf } from "./functions.js";
import { bodyFacts } from "./scope.js";
import { MAX_DEPTH, NOTHING, partsOf, spanOf, splitAt, textOf, type Source } from "./source.js";
import type { Arg, CompLoop, Expr, FunctionFacts } from "./types.js";

/** Literals up to this length are kept as they are written. */
const MAX_LITERAL = 120;

/** One or more expressions between commas: a tuple where there are several. */
export function expressions(nodes: readonly PyNode[], source: Source): Expr {
  const isTuple = nodes.some(({ type }) => type === ",");
  const items = listOf(nodes, source);
  const [only] = items;
  return isTuple || items.length > 1 ? { k: "tuple", items } : (only ?? NOTHING);
}

/** Expressions between commas, starred ones among them. */
function listOf(nodes: readonly PyNode[], source: Source): Expr[] {
  return splitAt(nodes, ",").flatMap((group) => {
    const [first, second] = partsOf(group);
    if (!first) return [];
    if (first.type === "*" || first.type === "**")
      return second ? [{ k: "star", of: expression(second, source) } as const] : [];
    return [expression(first, source)];
  });
}

export function expression(node: PyNode, source: Source): Expr {
  if (source.depth > MAX_DEPTH) return NOTHING;
  source.depth++;
  try {
    return read(node, source);
  } finally {
    source.depth--;
  }
}

function read(node: PyNode, source: Source): Expr {
  const parts = partsOf(node.children);
  const [first, second] = parts;
  switch (node.type) {
    case "VariableName":
      return nameOf(node, source);
    case "MemberExpression":
      return member(node, source);
    case "CallExpression": {
      const list = parts.at(-1);
      if (!first || list?.type !== "ArgList") return NOTHING;
      return { k: "call", of: expression(first, source), args: argumentsOf(list, source), at: spanOf(node) };
    }
    case "AwaitExpression":
      return second ? { k: "await", of: expression(second, source) } : NOTHING;
    case "ParenthesizedExpression":
      return first ? expression(first, source) : NOTHING;
    case "TupleExpression":
      return { k: "tuple", items: listOf(inner(node), source) };
    case "ArrayExpression":
    case "SetExpression":
      return { k: "list", items: listOf(inner(node), source) };
    case "DictionaryExpression":
      return dictionary(inner(node), source);
    case "ArrayComprehensionExpression":
    case "SetComprehensionExpression":
      return comprehension(inner(node), "list", source);
    case "DictionaryComprehensionExpression":
      return comprehension(inner(node), "dict", source);
    case "ComprehensionExpression":
      return comprehension(inner(node), "generator", source);
    case "LambdaExpression":
      return { k: "lambda", fn: lambda(node, source) };
    case "ConditionalExpression": {
      const [a, test, b] = parts.filter(({ type }) => type !== "if" && type !== "else");
      if (!a || !test || !b) return NOTHING;
      return { k: "if", test: expression(test, source), a: expression(a, source), b: expression(b, source) };
    }
    case "BinaryExpression":
      return binary(node, source);
    case "UnaryExpression": {
      const of = second ? expression(second, source) : NOTHING;
      return first?.type === "not" ? { k: "not", of } : { k: "data", of: [of] };
    }
    case "NamedExpression": {
      const value = parts.at(-1);
      return first && value
        ? { k: "bind", to: textOf(source, first), of: expression(value, source) }
        : NOTHING;
    }
    case "YieldExpression":
    case "YieldStatement":
      return yielded(parts.slice(1), source);
    case "String": {
      const text = textOf(source, node);
      return text.length <= MAX_LITERAL ? { k: "str", v: unquoted(text) } : { k: "str", v: "" };
    }
    case "ContinuedString":
    case "FormatString":
      return formatted(node, source);
    case "Number":
    case "Boolean":
    case "None":
      return { k: "data", v: textOf(source, node).slice(0, MAX_LITERAL) };
    default:
      return NOTHING;
  }
}

export function nameOf(node: PyNode, source: Source): Expr {
  const id = textOf(source, node);
  // A `yield` without a value is spelled as a name for the parser.
  return id === "yield" ? { k: "yield" } : { k: "name", id, at: spanOf(node) };
}

/** The children between two brackets. */
function inner({ children }: PyNode): PyNode[] {
  return children.filter(
    ({ type }, i) => !((i === 0 || i === children.length - 1) && /^[()[\]{}]$/.test(type)),
  );
}

function member(node: PyNode, source: Source): Expr {
  const [object, ...rest] = node.children;
  if (!object) return NOTHING;
  const of = expression(object, source);
  const property = rest.find(({ type }) => type === "PropertyName");
  if (property) return { k: "attr", of, id: textOf(source, property), at: spanOf(node) };
  const keys = rest.filter(({ type }) => type !== "[" && type !== "]");
  const isSlice = keys.some(({ type }) => type === ":");
  const key: Expr = isSlice ? { k: "data", of: listOf(keys.map((one) => (one.type === ":" ? { ...one, type: "," } : one)), source) } : expressions(keys, source); // prettier-ignore
  return { k: "item", of, key, at: spanOf(node) };
}

export function argumentsOf(list: PyNode, source: Source): Arg[] {
  const children = inner(list);
  if (children.some(({ type }) => type === "for"))
    return [{ e: comprehension(children, "generator", source) }];
  return splitAt(children, ",").flatMap((group): Arg[] => {
    const [first, ...rest] = partsOf(group);
    const value = rest.at(-1);
    if (!first) return [];
    if (first.type === "*" || first.type === "**")
      return value ? [{ e: expression(value, source), star: first.type === "*" ? 1 : 2 }] : [];
    const isKeyword = rest[0]?.type === "AssignOp" && textOf(source, rest[0]) === "=";
    if (isKeyword) return value ? [{ e: expression(value, source), name: textOf(source, first) }] : [];
    return [{ e: expression(first, source) }];
  });
}

function dictionary(nodes: readonly PyNode[], source: Source): Expr {
  const keys: (Expr | null)[] = [];
  const values: Expr[] = [];
  for (const group of splitAt(nodes, ",")) {
    const [first, second] = partsOf(group);
    if (!first || !second) continue;
    keys.push(first.type === "**" ? null : expression(first, source));
    values.push(expression(second, source));
  }
  return { k: "dict", keys, values };
}

function comprehension(nodes: readonly PyNode[], as: "list" | "dict" | "generator", source: Source): Expr {
  const start = nodes.findIndex(({ type }, i) => type === "for" || (type === "async" && nodes[i + 1]?.type === "for")); // prettier-ignore
  const items = partsOf(nodes.slice(0, start)).map((node) => expression(node, source));
  const loops: CompLoop[] = [];
  let isAsync = false;
  for (let i = start; i < nodes.length;) {
    const node = nodes[i]!;
    if (node.type === "async") {
      isAsync = true;
      i++;
    } else if (node.type === "for") {
      const at = nodes.findIndex(({ type }, j) => j > i && type === "in");
      const iterable = nodes[at + 1];
      if (at < 0 || !iterable) break;
      const loop: CompLoop = {
        to: expressions(nodes.slice(i + 1, at), source),
        of: expression(iterable, source),
        ifs: [],
        at: spanOf(iterable),
      };
      if (isAsync) loop.async = true;
      loops.push(loop);
      isAsync = false;
      i = at + 2;
    } else if (node.type === "if") {
      const test = nodes[i + 1];
      if (test) loops.at(-1)?.ifs.push(expression(test, source));
      i += 2;
    } else i++;
  }
  return { k: "comp", as, items, loops };
}

function lambda(node: PyNode, source: Source): FunctionFacts {
  const body = node.children.at(-1);
  const params = node.children.find(({ type }) => type === "ParamList");
  const steps = body ? [{ k: "return", e: expression(body, source) } as const] : [];
  const keyword = node.children[0] ?? node;
  const parameters = params ? parametersOf(params.children, source) : [];
  return {
    name: "",
    at: spanOf(keyword),
    params: parameters,
    decorators: [],
    ...bodyFacts(steps, parameters),
  };
}

function binary(node: PyNode, source: Source): Expr {
  const { children } = node;
  const left = children[0];
  const right = children.at(-1);
  if (!left || !right || children.length < 3) return NOTHING;
  const a = expression(left, source);
  const b = expression(right, source);
  const operators = children.slice(1, -1).filter(({ type }) => type !== "⚠");
  const op = operators.map((one) => textOf(source, one)).join(" ");
  if (op === "and" || op === "or") return { k: "any", items: [a, b] };
  return { k: "op", op, a, b, at: spanOf(node) };
}

function yielded(parts: readonly PyNode[], source: Source): Expr {
  if (parts[0]?.type === "from") return { k: "yield", of: expressions(parts.slice(1), source), from: true };
  return parts.length > 0 ? { k: "yield", of: expressions(parts, source) } : { k: "yield" };
}

function formatted(node: PyNode, source: Source): Expr {
  const of: Expr[] = [];
  let isPlain = true;
  const pending = [...node.children];
  for (let next = pending.shift(); next; next = pending.shift()) {
    if (next.type === "String") continue;
    isPlain = false;
    if (/^Format(?:String|Replacement|Spec)$/.test(next.type)) pending.push(...next.children);
    else if (!/^Format|^[{}:⚠=]$/.test(next.type)) of.push(expression(next, source));
  }
  if (!isPlain || node.type === "FormatString") return { k: "data", of };
  const text = node.children.map((one) => unquoted(textOf(source, one))).join("");
  return { k: "str", v: text.length <= MAX_LITERAL ? text : "" };
}

/** The text of a string without prefix and quotes; escapes stay as they are. */
function unquoted(text: string): string {
  const [, , value = ""] = /^[A-Za-z]*("""|'''|"|')([^]*)\1$/.exec(text) ?? [];
  return value;
}
