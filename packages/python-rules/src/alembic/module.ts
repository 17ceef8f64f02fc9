import { spanOf, splitAt, textOf, type Source } from "../language/nodes.js";
import { importsIn } from "./imports.js";
import type { PyNode } from "../language/tree.js";
import { inspects, unknown, type Value } from "./values.js";

/** What names of a module mean, those of functions around it included. */
export class Scope {
  readonly #values = new Map<string, Value>();

  constructor(readonly outer?: Scope) {}

  get(name: string): Value | undefined {
    return this.#values.get(name) ?? this.outer?.get(name);
  }

  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }

  /** What the names of this scope mean now. */
  snapshot(): ReadonlyMap<string, Value> {
    return new Map(this.#values);
  }

  /** Makes unknown what differs from what it was before: one of the two is right. */
  blur(before: ReadonlyMap<string, Value>, isAsked: boolean): void {
    for (const [name, value] of this.#values) {
      const old = before.get(name);
      if (old && old !== value) this.#values.set(name, unknown(value.at, isAsked || inspects(value)));
    }
  }
}

/** Binds what an import statement names; a relative module keeps its dots, for nothing outside the file is read. */
export function bindImport(node: PyNode, source: Source, scope: Scope): void {
  const at = spanOf(node);
  for (const { name, path } of importsIn(node, source)) scope.set(name, { k: "name", path, at });
}

/** One argument of a call. */
export interface Argument {
  value: PyNode;
  name?: string;
  /** `*` or `**`. */
  star?: string;
}

/** The arguments of a call; undefined for a generator that stands alone. */
export function argumentsIn(list: PyNode, source: Source): Argument[] | undefined {
  const inner = list.children.slice(1, -1);
  if (inner.some(({ type }) => type === "for")) return undefined;
  return splitAt(inner, ",").flatMap((group): Argument[] => {
    const [first, second, third] = group.filter(({ type }) => type !== "Comment" && type !== "⚠");
    if (!first) return [];
    if (first.type === "*" || first.type === "**") return second ? [{ value: second, star: first.type }] : [];
    if (second?.type === "AssignOp") return third ? [{ value: third, name: textOf(source, first) }] : [];
    return [{ value: first }];
  });
}

/** A parameter of a function, with the expression of its default. */
export interface Parameter {
  name: string;
  default?: PyNode;
}

/** The named parameters of a function that can be given by position, in order. */
export function parametersIn(definition: PyNode, source: Source): Parameter[] {
  const list = definition.children.find(({ type }) => type === "ParamList");
  return splitAt(list?.children.slice(1, -1) ?? [], ",").flatMap((group): Parameter[] => {
    const [first, ...rest] = group.filter(({ type }) => type !== "Comment" && type !== "TypeDef");
    if (first?.type !== "VariableName") return [];
    const value = rest[0]?.type === "AssignOp" ? rest[1] : undefined;
    return [{ name: textOf(source, first), ...(value ? { default: value } : {}) }];
  });
}

/** The expression that a class's own body gives an attribute. */
export function attributeOf(definition: PyNode, name: string, source: Source): PyNode | undefined {
  for (const { type, children } of bodyOf(definition)) {
    const [target, ...rest] = children.filter((one) => one.type !== "TypeDef" && one.type !== "Comment");
    if (type === "AssignStatement" && target && textOf(source, target) === name) return rest[1];
  }
  return undefined;
}

/** A method of a class's own body, without its decorators. */
export function methodOf(definition: PyNode, name: string, source: Source): PyNode | undefined {
  const methods = bodyOf(definition).map((one) =>
    one.type === "DecoratedStatement" ? one.children.at(-1)! : one,
  );
  return methods.find(
    ({ type, children }) =>
      type === "FunctionDefinition" &&
      children.some((one) => one.type === "VariableName" && textOf(source, one) === name),
  );
}

/** The expressions of a class's bases. */
export function basesOf(definition: PyNode, source: Source): PyNode[] {
  const list = definition.children.find(({ type }) => type === "ArgList");
  const all = list ? (argumentsIn(list, source) ?? []) : [];
  return all.flatMap(({ value, name, star }) => (name === undefined && star === undefined ? [value] : []));
}

/** The statements of the first block of a compound statement. */
export function bodyOf(node: PyNode): PyNode[] {
  return node.children.find(({ type }) => type === "Body")?.children ?? [];
}
