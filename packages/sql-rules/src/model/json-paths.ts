import type { Expression, ExpressionOf } from "./expression.js";

/** One level of a JSON document: an object's key, `*` for a key that is not known here, or `[]` for an array's element. */
export type Step = string;

const ELEMENT: Step = "[]";
const ANY_KEY: Step = "*";

/** How deep a path leads. Elements of arrays in arrays are one level: a matrix, or a polygon, is one value. */
export function depthOf(steps: readonly Step[]): number {
  return steps.filter((step, i) => step !== ELEMENT || steps[i - 1] !== ELEMENT).length;
}

/** More steps than this are not shown. */
const MAX_SHOWN = 20;

/** A path as people write it: `order.lines[].price`; of one that nobody wrote by hand, its ends. */
export function shownPath(steps: readonly Step[]): string {
  if (steps.length > MAX_SHOWN) return `${shownPath(steps.slice(0, 10))} … ${shownPath(steps.slice(-3))}`;
  return steps
    .map((step) =>
      step === ELEMENT ? "[]" : /^[\w*]+$/.test(step) ? `.${step}` : `.${JSON.stringify(step)}`,
    )
    .join("")
    .replace(/^\./, "");
}

/** What an expression reads from inside a document. */
export interface JsonPath {
  /** What holds the document. */
  base: Expression;
  steps: readonly Step[];
}

const EXTRACT = /^jsonb?_extract_path(?:_text)?$/;
const JSONPATH = /^jsonb_path_(?:exists|match|query|query_array|query_first)(?:_tz)?$/;
const CHANGE = /^jsonb_(?:set|set_lax|insert)$/;

/** The path an expression takes through a document: operators, functions, subscripts and jsonpath alike. */
export function pathOf(expression: Expression): JsonPath | undefined {
  const links: (readonly Step[])[] = [];
  let base = expression;
  for (;;) {
    const link = linkOf(base, links.length === 0);
    if (link) links.push(link.steps);
    // `(data ->> 'a')::jsonb ->> 'b'` goes on in the same document.
    else if (base.kind !== "cast" || !isJson(base)) break;
    base = link ? link.of : (base as ExpressionOf<"cast">).arg;
  }
  return links.length > 0 ? { base, steps: links.reverse().flat() } : undefined;
}

/**
 * One operator, function or subscript: what it is applied to, and the steps it takes.
 *
 * @param isLast - nothing else is applied to its result, so that what its filters look at counts
 */
function linkOf(
  expression: Expression,
  isLast: boolean,
): { of: Expression; steps: readonly Step[] } | undefined {
  if (expression.kind === "operator" && expression.left) {
    const steps = operatorSteps(expression.name, expression.right);
    return steps && { of: expression.left, steps };
  }
  if (expression.kind === "subscript") {
    return { of: expression.arg, steps: expression.indices.map(stepOf) };
  }
  if (expression.kind === "call") {
    const [of, second, ...more] = expression.args;
    if (!of || !second) return undefined;
    const { name } = expression;
    if (EXTRACT.test(name)) return { of, steps: [second, ...more].map(stepOf).map(position) };
    const steps = JSONPATH.test(name)
      ? jsonpathOf(second, isLast)
      : CHANGE.test(name)
        ? arraySteps(second)
        : undefined;
    return steps && { of, steps };
  }
  return undefined;
}

function operatorSteps(name: string, right: Expression): readonly Step[] | undefined {
  if (name === "->" || name === "->>") return [stepOf(right)];
  if (name === "#>" || name === "#>>" || name === "#-") return arraySteps(right);
  if (name === "@?" || name === "@@") return jsonpathOf(right);
  // A document to contain names the path to each of its values.
  return name === "@>" ? literalSteps(right) : undefined;
}

/** A number is an element's position, a text is a key. */
function stepOf(expression: Expression): Step {
  const bare = uncast(expression);
  if (bare.kind === "operator" && bare.name === "-" && !bare.left) return ELEMENT;
  if (bare.kind !== "literal") return ANY_KEY;
  return typeof bare.value === "number" ? ELEMENT : String(bare.value);
}

/** Where keys and positions are both written as text, digits are a position. */
const position = (step: Step) => (/^-?\d+$/.test(step) ? ELEMENT : step);

/** The steps of `'{a,b,0}'` or `ARRAY['a', 'b']`; undefined where they are not known here. */
function arraySteps(expression: Expression): readonly Step[] | undefined {
  const bare = uncast(expression);
  if (bare.kind === "list") return bare.items.map(stepOf).map(position);
  if (bare.kind !== "literal" || typeof bare.value !== "string") return undefined;
  const inner = /^\s*\{([^]*)\}\s*$/.exec(bare.value)?.[1];
  if (inner === undefined) return undefined;
  const items = inner.match(/"(?:[^"\\]|\\[^])*"|[^",]+/g) ?? [];
  return items.map((item) => (item.startsWith('"') ? unquoted(item) : position(item.trim())));
}

const unquoted = (text: string) => text.slice(1, -1).replaceAll(/\\([^])/g, "$1");

function jsonpathOf(expression: Expression, isLast = true): readonly Step[] | undefined {
  const bare = uncast(expression);
  if (bare.kind !== "literal" || typeof bare.value !== "string") return undefined;
  const { deepest, result } = jsonpathSteps(bare.value);
  return isLast ? deepest : result;
}

/** A token of a jsonpath: a string, a name, a number, or one character. */
const JSONPATH_TOKEN = /"(?:[^"\\]|\\[^])*"|[$@]|[\p{L}_][\p{L}\p{N}_]*|\d+(?:\.\d+)?|[^\s]/gu;

/** A path from its end: paths that begin alike share their beginning, however long they are. */
interface Path {
  step: Step;
  /** As `depthOf`. */
  depth: number;
  outer: Path | undefined;
}

function extended(outer: Path | undefined, step: Step): Path {
  const isMatrix = step === ELEMENT && outer?.step === ELEMENT;
  return { step, depth: (outer?.depth ?? 0) + (isMatrix ? 0 : 1), outer };
}

function stepsOf(path: Path | undefined): readonly Step[] {
  const steps: Step[] = [];
  for (let at = path; at; at = at.outer) steps.push(at.step);
  return steps.reverse();
}

/**
 * The deepest path of a jsonpath, and the path to its result: `$.a.b[*] ? (@.c == 1)` looks at a, b, [], c and results
 * in a, b, []. A filter's `@` stands for what it filters.
 *
 * @see https://www.postgresql.org/docs/current/functions-json.html#FUNCTIONS-SQLJSON-PATH
 */
export function jsonpathSteps(text: string): { deepest: readonly Step[]; result: readonly Step[] } {
  const tokens = text.match(JSONPATH_TOKEN) ?? [];
  /** The path to what `@` stands for, of each open parenthesis. */
  const contexts: (Path | undefined)[] = [];
  let current: Path | undefined;
  let deepest: Path | undefined;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (token === "$") current = undefined;
    else if (token === "@") current = contexts.at(-1);
    else if (token === "." && tokens[at + 1] !== undefined) {
      let key = tokens[++at]!;
      if (key === "*") while (tokens[at + 1] === "*") at++;
      // `.size()` and its kin are methods.
      if (tokens[at + 1] === "(") continue;
      if (key.startsWith('"')) key = unquoted(key);
      current = extended(current, key);
    } else if (token === "[") {
      while (at + 1 < tokens.length && tokens[at] !== "]") at++;
      current = extended(current, ELEMENT);
    } else if (token === "(") contexts.push(tokens[at - 1] === "?" ? current : contexts.at(-1));
    else if (token === ")") current = contexts.pop();
    if ((current?.depth ?? 0) > (deepest?.depth ?? 0)) deepest = current;
  }
  return { deepest: stepsOf(deepest), result: stepsOf(current) };
}

/**
 * The path to the deepest value of a document that an expression writes out: `'{…}'`, its casts, `jsonb_build_object`
 * and `jsonb_build_array`. Undefined where it writes none.
 */
export function literalSteps(expression: Expression): readonly Step[] | undefined {
  const bare = uncast(expression);
  if (bare.kind === "literal") return typeof bare.value === "string" ? documentSteps(bare.value) : undefined;
  if (bare.kind !== "call") return undefined;
  if (/^jsonb?_build_array$/.test(bare.name)) {
    return deepestOf(bare.args.map((arg) => [ELEMENT, ...(literalSteps(arg) ?? [])]));
  }
  if (!/^jsonb?_build_object$/.test(bare.name)) return undefined;
  return deepestOf(
    bare.args.flatMap((key, i) => {
      const value = bare.args[i + 1];
      return i % 2 === 0 && value ? [[stepOf(key), ...(literalSteps(value) ?? [])]] : [];
    }),
  );
}

function deepestOf(paths: readonly (readonly Step[])[]): readonly Step[] {
  return paths.reduce((deepest, path) => (depthOf(path) > depthOf(deepest) ? path : deepest), []);
}

/** The path to the deepest value of a JSON text; undefined for what is no object or array. */
function documentSteps(text: string): readonly Step[] | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  // It describes values, and says nothing of how deep the rows' own documents are.
  if (isJsonSchema(parsed)) return undefined;
  // No recursion: the text may nest deeper than the call stack.
  let deepest: Path | undefined;
  const pending: { value: unknown; path: Path | undefined }[] = [{ value: parsed, path: undefined }];
  for (let level = pending.pop(); level; level = pending.pop()) {
    const { value, path } = level;
    if ((path?.depth ?? 0) > (deepest?.depth ?? 0)) deepest = path;
    if (typeof value !== "object" || value === null) continue;
    const isArray = Array.isArray(value);
    for (const [key, inner] of Object.entries(value))
      pending.push({ value: inner, path: extended(path, isArray ? ELEMENT : key) });
  }
  return stepsOf(deepest);
}

/** A document that names its dialect, or describes an object or array. */
function isJsonSchema(document: unknown): boolean {
  if (typeof document !== "object" || document === null) return false;
  const { $schema, type, properties, items } = document as Record<string, unknown>;
  return (
    typeof $schema === "string" ||
    (type === "object" && typeof properties === "object") ||
    (type === "array" && typeof items === "object")
  );
}

const isJson = ({ type }: ExpressionOf<"cast">) => type.name === "json" || type.name === "jsonb";

function uncast(expression: Expression): Expression {
  let bare = expression;
  while (bare.kind === "cast") bare = bare.arg;
  return bare;
}
