import { mention } from "@orchestrator-lint/sql-rules/generated";
import type { Range } from "@orchestrator-lint/sql-rules/shared";
import { partsOf, spanOf, splitAt } from "../language/nodes.js";
import type { PyNode } from "../language/tree.js";
import { comprehension, generator, mapping } from "./comprehensions.js";
import { formatted } from "./format.js";
import { attributeNode, classIn, fieldOf, isChanged, lineOf, methodAbove, methodIn } from "./classes.js";
import type { Limits } from "./limits.js";
import { argumentsIn, isGenerator } from "./module.js";
import { compared, joined, logic, operatorOf } from "./operators.js";
import { NOWHERE, placed } from "./places.js";
import { textAt, type Scope } from "./scope.js";
import { tableOf } from "./tables.js";
import { literalText } from "../language/strings.js";
import {
  bounded,
  constant,
  flag,
  inspects,
  movedTo,
  sizeOf,
  textIn,
  unknown,
  type ClassValue,
  type FunctionValue,
  type Made,
  type Value,
} from "./values.js";

/** What a call of a function of the migration itself gives, and what an attribute of a connection is. */
export interface Host {
  call(callee: Value, args: readonly Value[], named: ReadonlyMap<string, Value>, at: Range): Value;
  /** Runs what a condition decides that is not known. @param isExistence - the database decides it */
  perhaps(run: () => void, at: Range, isExistence: boolean): void;
  /** Something that runs SQL was called. */
  executes(args: readonly Value[], at: Range): void;
  /** What a full name of another module means, as seen from a scope; undefined where that was not read. */
  elsewhere(path: string, scope: Scope): Value | undefined;
  /** What `from … import *` of a scope's module brings under a name. */
  starred(name: string, scope: Scope): Value | undefined;
  /** A name of another module is given another value. */
  assigned(path: string, value: Value, scope: Scope): void;
  /** A list, a dictionary or an object is another one from here on, whatever names it. */
  changed(of: Value, by: Value, scope: Scope): void;
  /** How far it is followed. */
  readonly limits: Limits;
  /** What the parameters of a function are in a call. */
  bound(callee: FunctionValue, args: readonly Value[], named: ReadonlyMap<string, Value>, at: Range): Scope;
}

const MAX_DEPTH = 100;
/** Values that are copied in the time that evaluates one. */
const COPIES = 20;
/** What asks the database, by a name of its own. */
const INSPECTS =
  /(?:^|\.|_)(?:inspect|inspector|has_table|has_column|has_index|get_columns|get_indexes|get_table_names|get_foreign_keys|get_unique_constraints|get_pk_constraint|get_check_constraints|get_enums|reflect)\b|exists\b/i;

/** Evaluates expressions as far as they are constant. */
export class Evaluator {
  readonly #host: Host;
  #depth = 0;
  /** Attributes of classes that statements outside of these change. */
  readonly #changed = new Map<PyNode, Set<string>>();
  /** Where the migration calls what stands in another module: all that this makes has that place. */
  site: Range = NOWHERE;
  /** What stands in texts for constants of other files, by their full names. */
  readonly mentions = new Map<string, string>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** One expression, or a tuple of those between commas. */
  several(nodes: readonly PyNode[], scope: Scope): Value {
    const isTuple = nodes.some(({ type }) => type === ",");
    const items = partsOf(nodes).map((node) => this.value(node, scope));
    const [first, last] = [nodes[0], nodes.at(-1)];
    const at: Range = scope.source.isElsewhere ? this.site : [first?.range[0] ?? 0, last?.range[1] ?? 0];
    return isTuple ? { k: "list", items, at } : (items[0] ?? unknown(at));
  }

  /** Counts what is copied for a value. */
  copies(value: Value): void {
    this.#host.limits.spend(sizeOf(value) / COPIES);
  }

  /** Evaluates what stands in another module as of a place in the one that is read. */
  within<Result>(site: Range, run: () => Result): Result {
    const before = this.site;
    this.site = site;
    const result = run();
    this.site = before;
    return result;
  }

  /** The place of a node in the module that is read. */
  placeOf(node: PyNode, scope: Scope): Range {
    return scope.source.isElsewhere ? this.site : spanOf(node);
  }

  value(node: PyNode, scope: Scope): Value {
    const at = this.placeOf(node, scope);
    if (this.#depth > MAX_DEPTH) return unknown(at);
    if (!this.#host.limits.spend()) return unknown(at);
    this.#depth++;
    try {
      const value = bounded(this.#read(node, at, scope));
      this.copies(value);
      return value;
    } finally {
      this.#depth--;
    }
  }

  #read(node: PyNode, at: Range, scope: Scope): Value {
    const parts = partsOf(node.children);
    const [first, second] = parts;
    switch (node.type) {
      case "VariableName":
        return this.#named(textAt(node, scope), at, scope);
      case "NamedExpression": {
        const value = this.several(node.children.slice(2), scope);
        if (first) this.bind([first], value, scope);
        return value;
      }
      case "MemberExpression":
        return this.#member(node, at, scope);
      case "CallExpression":
        return this.#call(node, at, scope);
      case "ComprehensionExpression":
        return generator(node, at, scope, this, this.#host);
      case "ParenthesizedExpression":
        return first ? this.value(first, scope) : unknown(at);
      case "TupleExpression":
      case "ArrayExpression":
      case "SetExpression":
        return this.#list(node, at, scope);
      case "ArrayComprehensionExpression":
      case "SetComprehensionExpression":
        return comprehension(node, at, scope, this, this.#host);
      case "DictionaryExpression":
        return this.#dictionary(node, at, scope);
      case "DictionaryComprehensionExpression":
        return mapping(node, at, scope, this);
      case "ConditionalExpression": {
        const [a, test, b] = parts.filter(({ type }) => type !== "if" && type !== "else");
        if (!a || !test || !b) return unknown(at);
        const tested = this.value(test, scope);
        const decided = flag(tested);
        if (decided !== undefined) return this.value(decided ? a : b, scope);
        const ways: Value[] = [];
        for (const one of [a, b])
          this.#host.perhaps(() => ways.push(this.value(one, scope)), at, inspects(tested));
        return isOnlyConcurrent(ways.map(textIn)) ? constant("", at) : unknown(at);
      }
      case "UnaryExpression":
        return first && second ? this.#unary(first, second, at, scope) : unknown(at);
      case "BinaryExpression":
        return this.#binary(node, at, scope);
      case "LambdaExpression":
        return { k: "function", node, scope, at };
      case "String": {
        const piece = literalText(scope.source.text, node);
        if (!piece) return unknown(at);
        const pieces = scope.source.isElsewhere ? {} : { pieces: [piece] };
        return { k: "const", v: piece.text, at, ...pieces };
      }
      case "ContinuedString":
        return parts.map((part) => this.value(part, scope)).reduce((a, b) => joined(a, b, at));
      case "FormatString":
        return formatted(node, at, scope, this);
      case "Number": {
        const number = Number(textAt(node, scope).replaceAll("_", ""));
        return Number.isNaN(number) ? unknown(at) : constant(number, at);
      }
      case "Boolean":
        return constant(textAt(node, scope) === "True", at);
      case "None":
        return constant(null, at);
      default: {
        return unknown(at, this.asks(node, scope));
      }
    }
  }

  #named(name: string, at: Range, scope: Scope): Value {
    const own = scope.get(name) ?? this.#host.starred(name, scope);
    if (!own) return { k: "name", path: name, at };
    const found = own.k === "name" ? this.#host.elsewhere(own.path, scope) : undefined;
    const known = found && own.k === "name" ? { ...found, via: own.path } : own;
    if (known.at === NOWHERE) return placed(known, at);
    // What a migration hands to a function elsewhere stands where it is handed over; the pieces of a text stay where it
    // is written.
    return scope.source.isElsewhere ? known : movedTo(at, known);
  }

  /** Whether something that the database tells goes into an expression that is not evaluated. */
  asks(node: PyNode, scope: Scope): boolean {
    if (INSPECTS.test(textAt(node, scope))) return true;
    const pending = [node];
    for (let one = pending.pop(); one; one = pending.pop()) {
      const value = one.type === "VariableName" ? scope.get(textAt(one, scope)) : undefined;
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
    const name = textAt(property, scope);
    if (name === "name" && of.k === "member" && of.name === "dialect") return constant("postgresql", at);
    // Of a connection, a context, an inspector.
    if (name === "name" && /\b(?:dialect|engine)\s*$/.test(textAt(object, scope)))
      return constant("postgresql", at);
    if (name === "vendor" && /\bconnection\s*$/.test(textAt(object, scope)))
      return constant("postgresql", at);
    if (of.k === "name" && name === "__tablename__" && !scope.source.isElsewhere) {
      const full = `${of.path}.${name}`;
      const known = this.mentions.get(full) ?? mention(this.mentions.size);
      this.mentions.set(full, known);
      return constant(known, at);
    }
    return this.#attribute(of, name, at, scope);
  }

  #attribute(of: Value, name: string, at: Range, scope: Scope): Value {
    if (of.k === "class") return this.within(at, () => this.#classMember(of, name, at));
    if (of.k === "made" && of.path === "super" && of.of && of.args[0])
      return methodAbove(of.of, name, of.args[0], this) ?? unknown(at);
    if (of.k === "made" && of.of) return this.within(at, () => this.#instanceMember(of, of.of!, name, at));
    if (of.k === "name") {
      const path = `${of.path}.${name}`;
      const known = this.#host.elsewhere(path, scope);
      return known ? { ...placed(known, at), via: path } : { k: "name", path, at };
    }
    if (of.k === "made" && of.path === "alembic.op.get_context" && name === "as_sql")
      return constant(false, at);
    // Of a member of an enumeration.
    if (of.k === "const" && name === "value") return of;
    if (of.k === "unknown") return { ...of, at };
    return { k: "member", of, name, at };
  }

  #classMember(of: ClassValue, name: string, at: Range): Value {
    if (isChanged(of, name, this)) return unknown(at);
    const found = attributeNode(of, name, this);
    if (found) return this.value(found.node, found.scope);
    const inner = classIn(of, name);
    if (inner) return { k: "class", node: inner, scope: of.scope, at };
    const method = methodIn(of, name, this);
    if (method) return { ...method.value, at };
    const table = name === "__table__" ? tableOf(of, this, this.#host, at) : undefined;
    if (table) return table;
    return of.path === undefined ? unknown(at) : { k: "name", path: `${of.path}.${name}`, at };
  }

  #instanceMember(self: Made, of: ClassValue, name: string, at: Range): Value {
    const method = methodIn(of, name, this);
    if (method?.isProperty) return this.#host.call({ ...method.value, self }, [], new Map(), at);
    if (method) return { ...method.value, ...(method.value.self ? { self } : {}), at };
    const fallback = methodIn(of, "__getattr__", this);
    if (fallback) return this.#host.call({ ...fallback.value, self }, [constant(name, at)], new Map(), at);
    return fieldOf(self, of, name, this, this.#host) ?? { k: "member", of: self, name, at };
  }

  /** Whether an attribute of a class, or of one above it, is changed from outside. */
  isChanged(of: ClassValue, name: string): boolean {
    return this.#changed.size > 0 && lineOf(of, this).some(({ node }) => this.#changed.get(node)?.has(name));
  }

  #item(of: Value, [key, ...more]: readonly PyNode[], at: Range, scope: Scope): Value {
    const index = key && more.length === 0 ? this.value(key, scope) : undefined;
    if (index?.k === "const" && of.k === "list" && typeof index.v === "number")
      return of.items.at(index.v) ?? unknown(at);
    if (index?.k === "const" && of.k === "dict") {
      const entry = of.entries.findLast(([one]) => one.k === "const" && one.v === index.v);
      return entry?.[1] ?? unknown(at);
    }
    return unknown(at, inspects(of));
  }

  #call(node: PyNode, at: Range, scope: Scope): Value {
    const [callee, list] = partsOf(node.children);
    if (!callee || list?.type !== "ArgList") return unknown(at);
    const of = this.value(callee, scope);
    const { args, named } = this.#arguments(list, at, scope);
    if (of.k === "name" && of.path === "setattr" && args[0] && args[2])
      this.#assignTo(args[0], textIn(args[1]), args[2], scope);
    if (of.k === "name" && of.path === "getattr" && args[0] && textIn(args[1]) !== undefined)
      return this.#attribute(args[0], textIn(args[1])!, at, scope);
    const method = callee.type === "MemberExpression" ? textAt(callee.children.at(-1) ?? callee, scope) : "";
    const isOperation = of.k === "name" && of.path.startsWith("alembic.op.");
    if (
      /^(?:execute|exec_driver_sql)$/.test(method) &&
      !isOperation &&
      !(of.k === "member" && of.of.k === "batch")
    )
      this.#host.executes(args, at);
    // A class of the file is what it descends from, whatever it is called.
    if (of.k === "unknown" || (of.k !== "class" && INSPECTS.test(textAt(callee, scope)))) {
      const known = of.k === "function" ? this.#host.call(of, args, named, at) : undefined;
      if (known && (known.k !== "unknown" || known.isUnfollowed)) return known;
      // `table.insert().from_select(…)`
      const words = /^(?:insert|update|delete|select)$/.test(method) ? `${method} ` : undefined;
      const half = words ?? (of.k === "unknown" ? of.words : undefined);
      const isMethod = callee.children.some(({ type }) => type === "PropertyName");
      const called = of.k === "unknown" && !isMethod ? { called: { name: textAt(callee, scope), args } } : {};
      return { ...unknown(at, true), ...(half === undefined ? {} : { words: half }), ...called };
    }
    const made = this.#host.call(of, args, named, at);
    return of.via !== undefined && (made.k === "made" || made.k === "name") ? { ...made, via: of.via } : made;
  }

  #arguments(list: PyNode, at: Range, scope: Scope): { args: Value[]; named: Map<string, Value> } {
    const args: Value[] = [];
    const named = new Map<string, Value>();
    if (isGenerator(list)) args.push(generator(list, at, scope, this, this.#host));
    for (const { value: argument, name, star } of argumentsIn(list, scope.source) ?? []) {
      const value = this.value(argument, scope);
      if (star === "**") {
        for (const [key, one] of value.k === "dict" ? value.entries : [[value, value] as const])
          named.set(textIn(key) ?? "**", one);
      } else if (star === "*")
        args.push(
          ...(value.k === "list"
            ? value.items
            : [{ ...unknown(at, inspects(value)), isRest: true as const }]),
        );
      else if (name === undefined) args.push(value);
      else named.set(name, value);
    }
    return { args, named };
  }

  /** What a decorator is: a name, with attributes and perhaps a call. */
  decorator({ children }: PyNode, at: Range, scope: Scope): Value {
    let of: Value | undefined;
    for (const node of partsOf(children.slice(1))) {
      if (node.type === "ArgList") {
        const { args, named } = this.#arguments(node, at, scope);
        of = of && this.#host.call(of, args, named, at);
      } else of = of ? this.#attribute(of, textAt(node, scope), at, scope) : this.value(node, scope);
    }
    return of ?? unknown(at);
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
    return { k: "list", items, at, identity: {} };
  }

  #dictionary(node: PyNode, at: Range, scope: Scope): Value {
    const entries = splitAt(node.children.slice(1, -1), ",").flatMap((group): (readonly [Value, Value])[] => {
      const [first, second] = partsOf(group);
      if (!first || !second) return [];
      const value = this.value(second, scope);
      if (first.type === "**") return value.k === "dict" ? [...value.entries] : [[unknown(at), value]];
      return [[this.value(first, scope), value]];
    });
    // Of two with the same key the last one counts, in the place of the first.
    const byKey = new Map(entries.map((entry) => [entry[0].k === "const" ? entry[0].v : entry, entry]));
    return { k: "dict", entries: [...byKey.values()], at, identity: {} };
  }

  #unary(operator: PyNode, operand: PyNode, at: Range, scope: Scope): Value {
    if (operator.type === "not") {
      // The grammar gives `not a and b` to `not` as a whole; Python negates `a`.
      const isChain = operand.type === "BinaryExpression" && /^(?:and|or)$/.test(operatorOf(operand, scope));
      const [left, right] = [operand.children[0], operand.children.at(-1)];
      if (isChain && left && right) {
        const negated = this.#unary(operator, left, spanOf(left), scope);
        return this.#logic(operatorOf(operand, scope), negated, right, at, scope);
      }
      const value = this.value(operand, scope);
      const decided = flag(value);
      return decided === undefined ? unknown(at, inspects(value)) : constant(!decided, at);
    }
    const value = this.value(operand, scope);
    if (textAt(operator, scope) === "~" && value.k === "made")
      return { k: "made", path: "operator.invert", args: [value], named: new Map(), at };
    const isNumber = value.k === "const" && typeof value.v === "number";
    if (!isNumber) return unknown(at);
    return constant(textAt(operator, scope) === "-" ? -Number(value.v) : Number(value.v), at);
  }

  #binary(node: PyNode, at: Range, scope: Scope): Value {
    const [left, right] = [node.children[0], node.children.at(-1)];
    if (!left || !right || node.children.length < 3) return unknown(at);
    const operator = operatorOf(node, scope);
    const a = this.value(left, scope);
    if (operator === "and" || operator === "or") return this.#logic(operator, a, right, at, scope);
    const b = this.value(right, scope);
    if (operator === "+") {
      // Both are bounded.
      if (a.k === "list" && b.k === "list")
        return { k: "list", items: [...a.items, ...b.items], at, identity: {} };
      return joined(a, b, at);
    }
    const combined = { "&": "operator.and_", "|": "operator.or_" }[operator];
    if (combined !== undefined && a.k === "made" && b.k === "made")
      return { k: "made", path: combined, args: [a, b], named: new Map(), at };
    const decided = compared(operator, a, b);
    return decided === undefined ? unknown(at, inspects(a) || inspects(b)) : constant(decided, at);
  }

  /** What stands on the right is evaluated where what stands on the left does not decide. */
  #logic(operator: string, a: Value, right: PyNode, at: Range, scope: Scope): Value {
    const decided = flag(a);
    if (decided === (operator === "or")) return a;
    if (decided !== undefined) return this.value(right, scope);
    let b: Value = a;
    this.#host.perhaps(() => (b = this.value(right, scope)), at, inspects(a));
    return logic(operator, a, b, at);
  }

  /** Gives names, or the parts of a tuple, their values. */
  bind(targets: readonly PyNode[], value: Value, scope: Scope): void {
    const names = partsOf(targets);
    const [only] = names;
    if (names.length === 1 && only && !targets.some(({ type }) => type === ",")) {
      if (only.type === "VariableName") scope.set(textAt(only, scope), value);
      else if (/^(?:Tuple|Parenthesized|Array)Expression$/.test(only.type))
        this.bind(only.children.slice(1, -1), value, scope);
      else if (only.type === "MemberExpression") this.#bindIn(only, value, scope);
      return;
    }
    const items = value.k === "list" ? value.items : undefined;
    const star = targets.filter(({ type }) => type !== ",").findIndex(({ type }) => type === "*");
    const own = names.filter(({ type }) => type !== "*");
    for (const [i, name] of own.entries()) {
      const after = own.length - i - 1;
      const part = star < 0 || i < star ? items?.[i] : i > star ? items?.at(-1 - after) : undefined;
      const rest: Value | undefined =
        i === star && items
          ? { k: "list", items: items.slice(i, items.length - after), at: value.at, identity: {} }
          : part;
      this.bind([name], rest ?? unknown(value.at, inspects(value)), scope);
    }
  }

  /** Gives an element, or an attribute, of something a value. */
  #bindIn({ children }: PyNode, value: Value, scope: Scope): void {
    const [object, ...rest] = children;
    if (!object) return;
    const of = this.value(object, scope);
    const property = rest.find(({ type }) => type === "PropertyName");
    const [key] = property ? [] : partsOf(rest).map((node) => this.value(node, scope));
    if (of.k === "dict" && key?.k === "const")
      this.#host.changed(
        of,
        {
          ...of,
          entries: [...of.entries.filter(([one]) => one.k !== "const" || one.v !== key.v), [key, value]],
        },
        scope,
      );
    else
      this.#assignTo(of, property && textAt(property, scope), value, scope, textAt(object, scope) === "self");
  }

  /** Gives an attribute of something a value; without a name it is an element. */
  #assignTo(of: Value, name: string | undefined, value: Value, scope: Scope, isSelf = false): void {
    if (of.k === "class" && name !== undefined)
      this.#changed.set(of.node, (this.#changed.get(of.node) ?? new Set()).add(name));
    else if (of.k === "name" && name !== undefined)
      this.#host.assigned(`${of.path}.${name}`, unknown(value.at), scope);
    // What methods of a class give an object is known by its class.
    else if (!isSelf) this.#host.changed(of, unknown(value.at), scope);
  }
}

/** Whether two texts differ in the word that says how an index is made, and not which: `f"CREATE INDEX {how}IF NOT EXISTS i …"`. */
function isOnlyConcurrent([a, b]: readonly (string | undefined)[]): boolean {
  const [how, ...others] = [a, b].map((text) => text?.trim().toUpperCase()).sort();
  return how === "" && others[0] === "CONCURRENTLY";
}
