import type { PyNode } from "../../language/tree.js";
import { expression, expressions } from "./expressions.js";
import { classFacts, functionFacts, typeOf } from "./functions.js";
import { importSteps } from "./imports.js";
import { scopeStep } from "./scope.js";
import { MAX_DEPTH, NOTHING, partsOf, spanOf, splitAt, textOf, type Source } from "./source.js";
import type { Expr, Handler, Step } from "./types.js";

export function stepsOf(nodes: readonly PyNode[], source: Source): Step[] {
  if (source.depth > MAX_DEPTH) return [];
  source.depth++;
  const steps = nodes.flatMap((node) => stepOf(node, source));
  source.depth--;
  return steps;
}

/** The steps of the first block of a compound statement. */
export function blockOf(node: PyNode, source: Source): Step[] {
  const body = node.children.find(({ type }) => type === "Body");
  return body ? stepsOf(body.children, source) : [];
}

function stepOf(node: PyNode, source: Source): Step[] {
  const { children } = node;
  const rest = children.slice(1);
  switch (node.type) {
    case "ExpressionStatement":
      return [{ k: "do", e: expressions(children, source) }];
    case "YieldStatement":
      return [{ k: "do", e: expression(node, source) }];
    case "StatementGroup":
      return stepsOf(children, source);
    case "AssignStatement":
      return assignment(node, source);
    case "UpdateStatement": {
      const [to, operator, value] = partsOf(children);
      if (!to || !operator || !value) return [];
      const op = textOf(source, operator).replace(/=$/, "");
      return [
        { k: "update", to: expression(to, source), op, e: expression(value, source), at: spanOf(node) },
      ];
    }
    case "ReturnStatement":
      return [rest.length > 0 ? { k: "return", e: expressions(rest, source) } : { k: "return" }];
    case "RaiseStatement": {
      const [what, from] = splitAt(rest, "from");
      const cause = from && from.length > 0 ? [{ k: "do", e: expressions(from, source) } as const] : [];
      return [
        ...cause,
        what && what.length > 0 ? { k: "raise", e: expressions(what, source) } : { k: "raise" },
      ];
    }
    case "BreakStatement":
    case "ContinueStatement":
      return [{ k: "leave" }];
    case "AssertStatement":
    case "PrintStatement":
    case "DeleteStatement":
      return [{ k: "do", e: { k: "data", of: [expressions(rest, source)] } }];
    case "ScopeStatement":
      return [scopeStep(partsOf(rest).map((one) => textOf(source, one)))];
    case "ImportStatement":
      return importSteps(node, source);
    case "FunctionDefinition":
      return [{ k: "def", fn: functionFacts(node, [], source) }];
    case "ClassDefinition":
      return [{ k: "class", cls: classFacts(node, [], source) }];
    case "DecoratedStatement":
      return decorated(node, source);
    case "IfStatement":
      return branches(children, source);
    case "WhileStatement": {
      const [test, body, , last] = partsOf(rest);
      const [a, b] = [body, last].map((one) => (one ? stepsOf(one.children, source) : []));
      return [{ k: "while", test: test ? expression(test, source) : NOTHING, body: a ?? [], b: b ?? [] }];
    }
    case "ForStatement":
      return loop(node, source);
    case "WithStatement":
      return context(node, source);
    case "TryStatement":
      return attempt(children, source);
    case "MatchStatement":
      return match(node, source);
    case "TypeDefinition":
      return typeAlias(children, source);
    case "⚠":
      return stepsOf(children, source);
    default:
      return [];
  }
}

function assignment(node: PyNode, source: Source): Step[] {
  const type = node.children.find((one) => one.type === "TypeDef");
  const groups = splitAt(
    node.children.filter((one) => one !== type && one.type !== "⚠"),
    "AssignOp",
  );
  const value = groups.length > 1 ? groups.pop() : undefined;
  const to = groups.map((group) => expressions(group, source));
  return [
    {
      k: "set",
      to,
      ...(value ? { e: expressions(value, source) } : {}),
      ...(type ? { as: typeOf(type, source) } : {}),
    },
  ];
}

function decorated(node: PyNode, source: Source): Step[] {
  const decorators = node.children
    .filter(({ type }) => type === "Decorator")
    .map(({ children }) => decorator(children, source));
  const definition = node.children.at(-1);
  if (definition?.type === "FunctionDefinition")
    return [{ k: "def", fn: functionFacts(definition, decorators, source) }];
  if (definition?.type === "ClassDefinition")
    return [{ k: "class", cls: classFacts(definition, decorators, source) }];
  return [];
}

/** A decorator's names and arguments stand side by side in the tree. */
function decorator(children: readonly PyNode[], source: Source): Expr {
  const [first, ...rest] = children.filter(({ type }) => type !== "At" && type !== "⚠");
  if (!first) return NOTHING;
  let e = expression(first, source);
  let start = first;
  for (const node of rest) {
    const at: [number, number] = [start.range[0], node.range[1]];
    if (node.type === "PropertyName" || node.type === "VariableName")
      e = { k: "attr", of: e, id: textOf(source, node), at };
    else if (node.type === "ArgList") {
      const call = expression({ type: "CallExpression", range: at, children: [start, node] }, source);
      e = call.k === "call" ? { ...call, of: e } : e;
    } else if (node.type !== ".") start = node;
  }
  return e;
}

/** `if` with its `elif`s, which nest. */
function branches(children: readonly PyNode[], source: Source): Step[] {
  const [, test, body, ...rest] = children.filter(({ type }) => type !== "⚠");
  if (!test) return [];
  const otherwise =
    rest[0]?.type === "elif"
      ? branches(rest, source)
      : stepsOf(rest.find(({ type }) => type === "Body")?.children ?? [], source);
  return [
    { k: "if", test: expression(test, source), a: stepsOf(body?.children ?? [], source), b: otherwise },
  ];
}

function loop(node: PyNode, source: Source): Step[] {
  const { children } = node;
  const isAsync = children[0]?.type === "async";
  const start = children.findIndex(({ type }) => type === "for");
  const at = children.findIndex(({ type }) => type === "in");
  const [body, last] = children.filter(({ type }) => type === "Body");
  const end = body ? children.indexOf(body) : children.length;
  const iterable = children.slice(at + 1, end);
  if (at < 0 || !iterable[0]) return body ? stepsOf(body.children, source) : [];
  return [
    {
      k: "for",
      to: expressions(children.slice(start + 1, at), source),
      of: expressions(iterable, source),
      body: stepsOf(body?.children ?? [], source),
      b: stepsOf(last?.children ?? [], source),
      ...(isAsync ? { async: true as const } : {}),
      at: spanOf(iterable[0]),
    },
  ];
}

/** The items of `with`, one step each, and then its block. */
function context(node: PyNode, source: Source): Step[] {
  const { children } = node;
  const isAsync = children[0]?.type === "async";
  const start = children.findIndex(({ type }) => type === "with");
  const body = children.find(({ type }) => type === "Body");
  const items = children.slice(start + 1, body ? children.indexOf(body) : children.length);
  const steps = splitAt(items, ",").flatMap((group): Step[] => {
    const [what, to] = splitAt(partsOf(group), "as");
    const [context] = what ?? [];
    const target = to?.find((one) => isWhole(one, source));
    if (!context) return [];
    return [
      {
        k: "with",
        of: expression(context, source),
        ...(target ? { to: expression(target, source) } : {}),
        ...(isAsync ? { async: true as const } : {}),
        at: spanOf(context),
      },
    ];
  });
  return [...steps, ...stepsOf(body?.children ?? [], source)];
}

/** Whether a target is a plain name, and not what the parser was told in the place of something else. */
function isWhole({ range: [start, end] }: PyNode, { text }: Source): boolean {
  return /^\w/.test(text.slice(start, end)) && !/^(?:\w|\.\w|\[)/.test(text.slice(end, end + 2));
}

function attempt(children: readonly PyNode[], source: Source): Step[] {
  const step: Step & { k: "try" } = { k: "try", body: [], handlers: [], b: [], last: [] };
  let clause: PyNode[] = [];
  for (const node of children) {
    if (node.type !== "Body") {
      clause.push(node);
      continue;
    }
    const [keyword, ...rest] = clause.filter(({ type }) => type !== "⚠" && type !== "*");
    const steps = stepsOf(node.children, source);
    if (keyword?.type === "except") step.handlers.push(handler(rest, steps, source));
    else if (keyword?.type === "else") step.b = steps;
    else if (keyword?.type === "finally") step.last = steps;
    else step.body = steps;
    clause = [];
  }
  return [step];
}

function handler(nodes: readonly PyNode[], body: Step[], source: Source): Handler {
  const [types, name] = splitAt(nodes, "as");
  const [first] = types ?? [];
  return {
    ...(first ? { type: expressions(types!, source) } : {}),
    ...(name?.[0] ? { name: textOf(source, name[0]) } : {}),
    body,
  };
}

function match(node: PyNode, source: Source): Step[] {
  const [, subject] = node.children;
  const clauses = node.children.find(({ type }) => type === "MatchBody")?.children ?? [];
  const cases = clauses
    .filter(({ type }) => type === "MatchClause")
    .map((clause) => {
      const guard = clause.children.find(({ type }) => type === "Guard")?.children[1];
      const captured = captures(clause).map((one): Expr => nameOfCapture(one, source));
      const binds: Step[] = captured.map((to) => ({ k: "set", to: [to] }));
      const test: Step[] = guard ? [{ k: "do", e: expression(guard, source) }] : [];
      return [...binds, ...test, ...blockOf(clause, source)];
    });
  return [{ k: "match", of: subject ? expression(subject, source) : NOTHING, cases }];
}

function nameOfCapture(node: PyNode, source: Source): Expr {
  return { k: "name", id: textOf(source, node), at: spanOf(node) };
}

function captures(clause: PyNode): PyNode[] {
  const found: PyNode[] = [];
  const pending = clause.children.filter(({ type }) => type.endsWith("Pattern"));
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.type === "CapturePattern") found.push(node);
    else if (node.type === "AsPattern") {
      const name = node.children.at(-1);
      if (name?.type === "VariableName") found.push(name);
    }
    pending.push(...node.children.filter(({ type }) => /Pattern|PatternArgList/.test(type)));
  }
  return found;
}

function typeAlias(children: readonly PyNode[], source: Source): Step[] {
  const names = children.filter(({ type }) => !/^(?:type|TypeParamList|⚠|AssignOp)$/.test(type));
  const [name, value] = names;
  if (!name || !value) return [];
  return [{ k: "set", to: [expression(name, source)], e: expression(value, source) }];
}
