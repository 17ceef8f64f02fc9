import { textOf } from "../language/nodes.js";
import type { PyNode } from "../language/tree.js";
import type { Evaluator, Host } from "./evaluate.js";
import { attributeOf, basesOf, bodyOf, decoratorsOf, methodOf } from "./module.js";
import type { Scope } from "./scope.js";
import type { ClassValue, FunctionValue, Made, Value } from "./values.js";

/** Classes above each other. */
const MAX_BASES = 10;

/** An expression with the scope that it stands in. */
export interface Placed {
  node: PyNode;
  scope: Scope;
}

/** A class, and those above it whose code was read, the nearest first. */
export function lineOf(of: ClassValue, evaluator: Evaluator): ClassValue[] {
  const found = [of];
  for (const { node, scope } of found) {
    for (const base of basesOf(node, scope.source)) {
      const value = evaluator.value(base, scope);
      if (value.k === "class" && found.length < MAX_BASES && found.every((one) => one.node !== value.node))
        found.push(value);
    }
  }
  return found;
}

/** The expression that a class, or one above it, gives an attribute. */
export function attributeNode(of: ClassValue, name: string, evaluator: Evaluator): Placed | undefined {
  for (const { node, scope } of lineOf(of, evaluator)) {
    const found = attributeOf(node, name, scope.source);
    if (found) return { node: found, scope };
  }
  return undefined;
}

/** A class that is defined in a class's own body. */
export function classIn({ node, scope }: ClassValue, name: string): PyNode | undefined {
  return bodyOf(node).find(
    ({ type, children }) =>
      type === "ClassDefinition" &&
      children.some((one) => one.type === "VariableName" && textOf(scope.source, one) === name),
  );
}

/** A method of a class, or of one above it. */
export function methodIn(
  of: ClassValue,
  name: string,
  evaluator: Evaluator,
): { value: FunctionValue; isProperty: boolean } | undefined {
  for (const { node, scope, at } of lineOf(of, evaluator)) {
    const method = methodOf(node, name, scope.source);
    if (!method) continue;
    const decorators = decoratorsOf(method, node, scope.source);
    const isStatic = decorators.includes("staticmethod");
    const value: FunctionValue = {
      k: "function",
      node: method,
      scope,
      at,
      ...(isStatic ? {} : { self: of }),
    };
    return { value, isProperty: decorators.some((one) => /(?:^|\.|_)property$/.test(one)) };
  }
  return undefined;
}

/**
 * What an object holds under a name: what `__init__` gives `self`, or what it was made with where its class declares
 * its fields, as data classes and named tuples do.
 */
export function fieldOf(
  self: Made,
  of: ClassValue,
  name: string,
  evaluator: Evaluator,
  host: Host,
): Value | undefined {
  const method = methodIn(of, "__init__", evaluator);
  if (method) {
    const given = assignedTo(`self.${name}`, method.value);
    if (given)
      return evaluator.value(given, host.bound({ ...method.value, self }, self.args, self.named, self.at));
  } else {
    const fields = fieldsOf(of);
    const at = fields.indexOf(name);
    const given = self.named.get(name) ?? (at >= 0 ? self.args[at] : undefined);
    if (given) return given;
  }
  const own = attributeNode(of, name, evaluator);
  return own && evaluator.value(own.node, own.scope);
}

function assignedTo(target: string, { node, scope }: FunctionValue): PyNode | undefined {
  const statement = bodyOf(node).findLast(
    ({ type, children: [first] }) =>
      type === "AssignStatement" && first !== undefined && textOf(scope.source, first) === target,
  );
  return statement?.children.at(-1);
}

/** The names that a class declares with their types, in order. */
function fieldsOf({ node, scope }: ClassValue): string[] {
  return bodyOf(node).flatMap(({ type, children: [name, annotation] }) =>
    type === "AssignStatement" && name?.type === "VariableName" && annotation?.type === "TypeDef"
      ? [textOf(scope.source, name)]
      : [],
  );
}
