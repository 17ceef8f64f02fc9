import { splitAt, textOf, type Source } from "../language/nodes.js";
import type { PyNode } from "../language/tree.js";

/** One argument of a call. */
export interface Argument {
  value: PyNode;
  name?: string;
  /** `*` or `**`. */
  star?: string;
}

/** The arguments of a call; undefined for a generator that stands alone. */
export function argumentsIn(list: PyNode, source: Source): Argument[] | undefined {
  if (isGenerator(list)) return undefined;
  const inner = list.children.slice(1, -1);
  return splitAt(inner, ",").flatMap((group): Argument[] => {
    const [first, second, third] = group.filter(({ type }) => type !== "Comment" && type !== "⚠");
    if (!first) return [];
    if (first.type === "*" || first.type === "**") return second ? [{ value: second, star: first.type }] : [];
    if (second?.type === "AssignOp") return third ? [{ value: third, name: textOf(source, first) }] : [];
    return [{ value: first }];
  });
}

/** Whether a call's arguments are a generator that stands alone: `any(x for x in y)`. */
export function isGenerator({ children }: PyNode): boolean {
  return children.some(({ type }) => type === "for");
}

/** A parameter of a function, with the expression of its default. */
export interface Parameter {
  name: string;
  default?: PyNode;
  /** `*` or `**`. */
  star?: string;
}

/** The parameters of a function, or of a lambda, in order: those after a star are given by name. */
export function parametersIn(definition: PyNode, source: Source): Parameter[] {
  const list = definition.children.find(({ type }) => type === "ParamList")?.children ?? [];
  return splitAt(
    list.filter(({ type }) => !/^[()]$/.test(type)),
    ",",
  ).flatMap((group): Parameter[] => {
    const [first, ...rest] = group.filter(({ type }) => type !== "Comment" && type !== "TypeDef");
    if (first?.type === "*" || first?.type === "**") {
      const [name] = rest;
      return [{ name: name ? textOf(source, name) : "", star: first.type }];
    }
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

/** The names of what decorates a method of a class's own body. */
export function decoratorsOf(method: PyNode, definition: PyNode, source: Source): string[] {
  const decorated = bodyOf(definition).find(
    ({ type, children }) => type === "DecoratedStatement" && children.at(-1) === method,
  );
  return decorated ? decoratorNames(decorated, source) : [];
}

/** The names of what decorates a function or a class, as they are written. */
export function decoratorNames({ children }: PyNode, source: Source): string[] {
  return children.filter(({ type }) => type === "Decorator").map((one) => decoratorName(one, source));
}

/** The name of a decorator, as it is written. */
export function decoratorName(decorator: PyNode, source: Source): string {
  return textOf(source, decorator)
    .replace(/^@\s*/, "")
    .replace(/[\s(#][^]*$/, "");
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
