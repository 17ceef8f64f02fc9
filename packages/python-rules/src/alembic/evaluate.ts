import { mention } from "@orchestrator-lint/sql-rules/generated";
import type { Range } from "@orchestrator-lint/sql-rules/shared";
import { partsOf, spanOf, splitAt, textOf, type Source } from "../language/nodes.js";
import type { PyNode } from "../language/tree.js";
import { argumentsIn, attributeOf, Scope } from "./module.js";
import { formatBody, formatText, literalText, type TextPiece } from "../language/strings.js";
import { bounded, constant, flag, inspects, textIn, unknown, type Constant, type Value } from "./values.js";

/** What a call of a function of the migration itself gives, and what an attribute of a connection is. */
export interface Host {
  call(callee: Value, args: readonly Value[], named: ReadonlyMap<string, Value>, at: Range): Value;
  /** Runs what a condition decides that is not known. @param isExistence - the database decides it */
  perhaps(run: () => void, node: PyNode, isExistence: boolean): void;
  /** Something that runs SQL was called. */
  executes(args: readonly Value[], at: Range): void;
}

/** Characters that a migration's constants may be put together of. */
const MAX_TEXT = 1024 * 1024;
const MAX_DEPTH = 100;
/** What asks the database, by a name of its own. */
const INSPECTS =
  /(?:^|\.|_)(?:inspect|inspector|has_table|has_column|has_index|get_columns|get_indexes|get_table_names|get_foreign_keys|get_unique_constraints|get_pk_constraint|get_check_constraints|get_enums|reflect)\b|exists\b/i;

/** Evaluates the expressions of one file as far as they are constant. */
export class Evaluator {
  readonly #source: Source;
  readonly #host: Host;
  #depth = 0;
  /** What stands in texts for constants of other files, by their full names. */
  readonly mentions = new Map<string, string>();

  constructor(source: Source, host: Host) {
    this.#source = source;
    this.#host = host;
  }

  /** One expression, or a tuple of those between commas. */
  several(nodes: readonly PyNode[], scope: Scope): Value {
    const isTuple = nodes.some(({ type }) => type === ",");
    const items = partsOf(nodes).map((node) => this.value(node, scope));
    const [first, last] = [nodes[0], nodes.at(-1)];
    const at: Range = [first?.range[0] ?? 0, last?.range[1] ?? 0];
    return isTuple ? { k: "list", items, at } : (items[0] ?? unknown(at));
  }

  value(node: PyNode, scope: Scope): Value {
    const at = spanOf(node);
    if (this.#depth > MAX_DEPTH) return unknown(at);
    this.#depth++;
    try {
      return bounded(this.#read(node, at, scope));
    } finally {
      this.#depth--;
    }
  }

  #read(node: PyNode, at: Range, scope: Scope): Value {
    const parts = partsOf(node.children);
    const [first, second] = parts;
    switch (node.type) {
      case "VariableName": {
        const known = scope.get(textOf(this.#source, node));
        // The pieces of a text stay where it is written.
        return known ? { ...known, at } : { k: "name", path: textOf(this.#source, node), at };
      }
      case "MemberExpression":
        return this.#member(node, at, scope);
      case "CallExpression":
        return this.#call(node, at, scope);
      case "ParenthesizedExpression":
        return first ? this.value(first, scope) : unknown(at);
      case "TupleExpression":
      case "ArrayExpression":
      case "SetExpression":
        return this.#list(node, at, scope);
      case "ArrayComprehensionExpression":
      case "SetComprehensionExpression":
        return this.#comprehension(node, at, scope);
      case "DictionaryExpression":
        return this.#dictionary(node, at, scope);
      case "ConditionalExpression": {
        const [a, test, b] = parts.filter(({ type }) => type !== "if" && type !== "else");
        if (!a || !test || !b) return unknown(at);
        const tested = this.value(test, scope);
        const decided = flag(tested);
        if (decided !== undefined) return this.value(decided ? a : b, scope);
        for (const one of [a, b]) this.#host.perhaps(() => this.value(one, scope), node, inspects(tested));
        return unknown(at);
      }
      case "UnaryExpression":
        return first && second ? this.#unary(first, second, at, scope) : unknown(at);
      case "BinaryExpression":
        return this.#binary(node, at, scope);
      case "String": {
        const piece = literalText(this.#source.text, node);
        return piece ? { k: "const", v: piece.text, at, pieces: [piece] } : unknown(at);
      }
      case "ContinuedString":
        return parts.map((part) => this.value(part, scope)).reduce((a, b) => joined(a, b, at));
      case "FormatString":
        return this.#format(node, at, scope);
      case "Number": {
        const number = Number(textOf(this.#source, node).replaceAll("_", ""));
        return Number.isNaN(number) ? unknown(at) : constant(number, at);
      }
      case "Boolean":
        return constant(textOf(this.#source, node) === "True", at);
      case "None":
        return constant(null, at);
      default: {
        return unknown(at, this.#asks(node, scope));
      }
    }
  }

  /** Whether something that the database tells goes into an expression that is not evaluated. */
  #asks(node: PyNode, scope: Scope): boolean {
    if (INSPECTS.test(textOf(this.#source, node))) return true;
    const pending = [node];
    for (let one = pending.pop(); one; one = pending.pop()) {
      const value = one.type === "VariableName" ? scope.get(textOf(this.#source, one)) : undefined;
      if (value && inspects(value)) return true;
      pending.push(...one.children);
    }
    return false;
  }

  #member(node: PyNode, at: Range, scope: Scope): Value {
    const [object, ...rest] = node.children;
    if (!object) return unknown(at);
    const of = this.value(object, scope);
    const property = rest.find(({ type }) => type === "PropertyName");
    if (!property) return this.#item(of, partsOf(rest), at, scope);
    const name = textOf(this.#source, property);
    // Of a connection, a context, an inspector.
    if (name === "name" && /\b(?:dialect|engine)\s*$/.test(textOf(this.#source, object)))
      return constant("postgresql", at);
    if (name === "vendor" && /\bconnection\s*$/.test(textOf(this.#source, object)))
      return constant("postgresql", at);
    if (of.k === "name" && name === "__tablename__") {
      const full = `${of.path}.${name}`;
      const known = this.mentions.get(full) ?? mention(this.mentions.size);
      this.mentions.set(full, known);
      return constant(known, at);
    }
    if (of.k === "class") {
      const attribute = attributeOf(of.node, name, this.#source);
      return attribute ? this.value(attribute, scope) : unknown(at);
    }
    if (of.k === "name") return { k: "name", path: `${of.path}.${name}`, at };
    if (of.k === "unknown") return unknown(at, inspects(of));
    return { k: "member", of, name, at };
  }

  #item(of: Value, [key, ...more]: readonly PyNode[], at: Range, scope: Scope): Value {
    const index = key && more.length === 0 ? this.value(key, scope) : undefined;
    if (index?.k === "const" && of.k === "list" && typeof index.v === "number")
      return of.items.at(index.v) ?? unknown(at);
    if (index?.k === "const" && of.k === "dict") {
      const entry = of.entries.find(([one]) => one.k === "const" && one.v === index.v);
      return entry?.[1] ?? unknown(at);
    }
    return unknown(at, inspects(of));
  }

  #call(node: PyNode, at: Range, scope: Scope): Value {
    const [callee, list] = partsOf(node.children);
    if (!callee || list?.type !== "ArgList") return unknown(at);
    const of = this.value(callee, scope);
    const args: Value[] = [];
    const named = new Map<string, Value>();
    for (const { value: argument, name, star } of argumentsIn(list, this.#source) ?? []) {
      const value = this.value(argument, scope);
      if (star === "**") {
        for (const [key, one] of value.k === "dict" ? value.entries : []) {
          const text = textIn(key);
          if (text !== undefined) named.set(text, one);
        }
      } else if (star === "*") args.push(...(value.k === "list" ? value.items : [value]));
      else if (name === undefined) args.push(value);
      else named.set(name, value);
    }
    const method =
      callee.type === "MemberExpression" ? textOf(this.#source, callee.children.at(-1) ?? callee) : "";
    const isOperation = of.k === "name" && of.path.startsWith("alembic.op.");
    if (
      /^(?:execute|exec_driver_sql)$/.test(method) &&
      !isOperation &&
      !(of.k === "member" && of.of.k === "batch")
    )
      this.#host.executes(args, at);
    // A class of the file is what it descends from, whatever it is called.
    if (of.k === "unknown" || (of.k !== "class" && INSPECTS.test(textOf(this.#source, callee)))) {
      const known = of.k === "function" ? this.#host.call(of, args, named, at) : undefined;
      return known && known.k !== "unknown" ? known : unknown(at, true);
    }
    return this.#host.call(of, args, named, at);
  }

  #list(node: PyNode, at: Range, scope: Scope): Value {
    const items = splitAt(node.children.slice(1, -1), ",").flatMap((group): Value[] => {
      const [first, second] = partsOf(group);
      if (first?.type === "*" && second) {
        const spread = this.value(second, scope);
        return spread.k === "list" ? [...spread.items] : [spread];
      }
      return first ? [this.value(first, scope)] : [];
    });
    return { k: "list", items, at };
  }

  /**
   * `[item for names in list if test]`: without what a test leaves out, with what only the database leaves out.
   */
  #comprehension(node: PyNode, at: Range, scope: Scope): Value {
    const children = node.children.slice(1, -1);
    const [start, middle] = ["for", "in"].map((keyword) =>
      children.findIndex(({ type }) => type === keyword),
    );
    const [item] = partsOf(children.slice(0, start));
    const [over, ...rest] = partsOf(children.slice((middle ?? 0) + 1));
    const isPlain = rest.length === 0 || (rest.length === 2 && rest[0]?.type === "if");
    const values = over && isPlain ? this.value(over, scope) : unknown(at);
    if (!item || values.k !== "list") return unknown(at, this.#asks(node, scope));
    const items: Value[] = [];
    for (const value of values.items) {
      const inner = new Scope(scope);
      this.bind(children.slice((start ?? 0) + 1, middle), value, inner);
      const kept = rest[1] ? this.value(rest[1], inner) : undefined;
      if (kept && flag(kept) === undefined && !inspects(kept)) return unknown(at);
      if (!kept || flag(kept) !== false) items.push(this.value(item, inner));
    }
    return { k: "list", items, at };
  }

  /** Gives names, or the parts of a tuple, their values. */
  bind(targets: readonly PyNode[], value: Value, scope: Scope): void {
    const names = partsOf(targets);
    const [only] = names;
    if (names.length === 1 && only && !targets.some(({ type }) => type === ",")) {
      if (only.type === "VariableName") scope.set(textOf(this.#source, only), value);
      else if (/^(?:Tuple|Parenthesized|Array)Expression$/.test(only.type))
        this.bind(only.children.slice(1, -1), value, scope);
      else if (only.type === "MemberExpression" && only.children[0]?.type === "VariableName") {
        const name = textOf(this.#source, only.children[0]);
        // An element was changed; a class stays what it is.
        if (scope.get(name)?.k !== "class") scope.set(name, unknown(value.at));
      }
      return;
    }
    for (const [i, name] of names.entries()) {
      const part = value.k === "list" ? value.items[i] : undefined;
      this.bind([name], part ?? unknown(value.at, inspects(value)), scope);
    }
  }

  #dictionary(node: PyNode, at: Range, scope: Scope): Value {
    const entries = splitAt(node.children.slice(1, -1), ",").flatMap((group): (readonly [Value, Value])[] => {
      const [first, second] = partsOf(group);
      if (!first || !second) return [];
      const value = this.value(second, scope);
      if (first.type === "**") return value.k === "dict" ? [...value.entries] : [];
      return [[this.value(first, scope), value]];
    });
    return { k: "dict", entries, at };
  }

  #unary(operator: PyNode, operand: PyNode, at: Range, scope: Scope): Value {
    if (operator.type === "not") {
      // The grammar gives `not a and b` to `not` as a whole; Python negates `a`.
      const isChain =
        operand.type === "BinaryExpression" && /^(?:and|or)$/.test(operatorOf(operand, this.#source));
      const [left, right] = [operand.children[0], operand.children.at(-1)];
      if (isChain && left && right) {
        const negated = this.#unary(operator, left, spanOf(left), scope);
        return logic(operatorOf(operand, this.#source), negated, this.value(right, scope), at);
      }
      const value = this.value(operand, scope);
      const decided = flag(value);
      return decided === undefined ? unknown(at, inspects(value)) : constant(!decided, at);
    }
    const value = this.value(operand, scope);
    if (textOf(this.#source, operator) === "~" && value.k === "made")
      return { k: "made", path: "operator.invert", args: [value], named: new Map(), at };
    const isNumber = value.k === "const" && typeof value.v === "number";
    if (!isNumber) return unknown(at);
    return constant(textOf(this.#source, operator) === "-" ? -Number(value.v) : Number(value.v), at);
  }

  #binary(node: PyNode, at: Range, scope: Scope): Value {
    const [left, right] = [node.children[0], node.children.at(-1)];
    if (!left || !right || node.children.length < 3) return unknown(at);
    const operator = operatorOf(node, this.#source);
    const [a, b] = [this.value(left, scope), this.value(right, scope)];
    if (operator === "and" || operator === "or") return logic(operator, a, b, at);
    if (operator === "+") {
      // Both are bounded.
      if (a.k === "list" && b.k === "list") return { k: "list", items: [...a.items, ...b.items], at };
      return joined(a, b, at);
    }
    const combined = { "&": "operator.and_", "|": "operator.or_" }[operator];
    if (combined !== undefined && a.k === "made" && b.k === "made")
      return { k: "made", path: combined, args: [a, b], named: new Map(), at };
    const decided = compared(operator, a, b);
    return decided === undefined ? unknown(at, inspects(a) || inspects(b)) : constant(decided, at);
  }

  #format(node: PyNode, at: Range, scope: Scope): Value {
    const body = formatBody(this.#source.text, node);
    if (!body) return unknown(at);
    let result: Value = { k: "const", v: "", at, pieces: [] };
    let from = body[0];
    const append = (piece: TextPiece): void => {
      result = joined(result, { k: "const", v: piece.text, at, pieces: [piece] }, at);
    };
    for (const replacement of node.children) {
      if (replacement.type !== "FormatReplacement") continue;
      const [inner, ...more] = partsOf(replacement.children);
      const value = inner && more.length === 0 ? this.value(inner, scope) : unknown(at);
      if (replacement.range[0] > from) append(formatText(this.#source.text, from, replacement.range[0]));
      if (value.k !== "const") return unknown(at);
      append({ kind: "written", text: printed(value), range: spanOf(replacement) });
      from = replacement.range[1];
    }
    if (body[1] > from) append(formatText(this.#source.text, from, body[1]));
    return result;
  }
}

function operatorOf({ children }: PyNode, source: Source): string {
  return children
    .slice(1, -1)
    .filter(({ type }) => type !== "⚠" && type !== "Comment")
    .map((one) => textOf(source, one))
    .join(" ");
}

function printed({ v }: Constant): string {
  if (v === null) return "None";
  return typeof v === "boolean" ? (v ? "True" : "False") : String(v);
}

/** Two texts in a row. */
function joined(a: Value, b: Value, at: Range): Value {
  const [left, right] = [textIn(a), textIn(b)];
  if (left === undefined || right === undefined || a.k !== "const" || b.k !== "const") return unknown(at);
  if (left.length + right.length > MAX_TEXT) return unknown(at);
  return { k: "const", v: left + right, at, pieces: [...piecesOf(a), ...piecesOf(b)] };
}

/** The pieces of a text. */
export function piecesOf({ v, at, pieces }: Constant): readonly TextPiece[] {
  return pieces ?? [{ kind: "written", text: String(v), range: at }];
}

function logic(operator: string, a: Value, b: Value, at: Range): Value {
  const [left, right] = [flag(a), flag(b)];
  const decisive = operator === "or";
  if (left === decisive) return a;
  if (left === !decisive) return b;
  if (right === decisive) return constant(decisive, at);
  return unknown(at, inspects(a) || inspects(b));
}

function compared(operator: string, a: Value, b: Value): boolean | undefined {
  if (operator === "in" || operator === "not in") {
    if (a.k !== "const" || b.k !== "list") return undefined;
    const isIn = b.items.some((item) => item.k === "const" && item.v === a.v);
    if (!isIn && b.items.some(({ k }) => k !== "const")) return undefined;
    return isIn === (operator === "in");
  }
  if (a.k !== "const" || b.k !== "const") return undefined;
  switch (operator) {
    case "==":
    case "is":
      return a.v === b.v;
    case "!=":
    case "is not":
      return a.v !== b.v;
    default:
      return undefined;
  }
}
