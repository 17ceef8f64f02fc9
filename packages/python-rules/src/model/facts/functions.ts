import type { PyNode } from "../../language/tree.js";
import { argumentsOf, expression } from "./expressions.js";
import { bodyFacts } from "./scope.js";
import { spanOf, splitAt, textOf, type Source } from "./source.js";
import { blockOf } from "./statements.js";
import type { ClassFacts, Expr, FunctionFacts, Param } from "./types.js";

export function functionFacts(node: PyNode, decorators: Expr[], source: Source): FunctionFacts {
  const { children } = node;
  const name = children.find(({ type }) => type === "VariableName");
  const list = children.find(({ type }) => type === "ParamList");
  const returns = children.find(({ type }) => type === "TypeDef");
  const params = list ? parametersOf(list.children.slice(1, -1), source) : [];
  return {
    name: name ? textOf(source, name) : "",
    at: spanOf(name ?? node),
    ...(children.some(({ type }) => type === "async") ? { async: true as const } : {}),
    params,
    decorators,
    ...(returns ? { returns: typeOf(returns, source) } : {}),
    ...bodyFacts(blockOf(node, source), params),
  };
}

export function classFacts(node: PyNode, decorators: Expr[], source: Source): ClassFacts {
  const name = node.children.find(({ type }) => type === "VariableName");
  const list = node.children.find(({ type }) => type === "ArgList");
  return {
    name: name ? textOf(source, name) : "",
    at: spanOf(name ?? node),
    bases: list ? argumentsOf(list, source) : [],
    decorators,
    body: blockOf(node, source),
  };
}

/** @param nodes - between the brackets, or after `lambda` */
export function parametersOf(nodes: readonly PyNode[], source: Source): Param[] {
  let isKeyOnly = false;
  return splitAt(nodes, ",").flatMap((group): Param[] => {
    const star = group.find(({ type }) => type === "*" || type === "**");
    const name = group.find(({ type }) => type === "VariableName");
    if (!name) {
      isKeyOnly ||= star?.type === "*";
      return [];
    }
    const type = group.find((one) => one.type === "TypeDef");
    const assign = group.findIndex((one) => one.type === "AssignOp");
    const value = assign < 0 ? undefined : group[assign + 1];
    const param: Param = { name: textOf(source, name) };
    if (type) param.type = typeOf(type, source);
    if (value) param.e = expression(value, source);
    if (star) param.kind = star.type === "*" ? 1 : 2;
    else if (isKeyOnly) param.kind = "key";
    isKeyOnly ||= star?.type === "*";
    return [param];
  });
}

/** The expression of an annotation. */
export function typeOf({ children }: PyNode, source: Source): Expr {
  const node = children.find(({ type }) => !/^(?::|->|⚠|Comment)$/.test(type));
  return node ? expression(node, source) : { k: "data" };
}
