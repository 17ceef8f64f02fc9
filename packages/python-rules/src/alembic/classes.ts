import { textOf } from "../language/nodes.js";
import type { PyNode } from "../language/tree.js";
import type { Evaluator, Host } from "./evaluate.js";
import { attributeOf, basesOf, bodyOf, decoratorsOf, methodOf } from "./module.js";
import { Scope, textAt } from "./scope.js";
import { unknown, type ClassValue, type FunctionValue, type Made, type Value } from "./values.js";

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
  for (const one of lineOf(of, evaluator)) {
    const found = attributeOf(one.node, name, one.scope.source);
    if (found) return { node: found, scope: bodyScope(one, evaluator) };
  }
  return undefined;
}

/** The scope that the body of a class is. */
function bodyScope({ node, scope }: ClassValue, evaluator: Evaluator): Scope {
  const asked = new Set<string>();
  const body = new Scope(scope.source, scope, (name) => {
    if (asked.has(name)) return;
    asked.add(name);
    const found = attributeOf(node, name, scope.source);
    if (found) body.set(name, evaluator.value(found, body));
  });
  return body;
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
  return methodAmong(lineOf(of, evaluator), of, name);
}

/** A method of the classes above one: `super()`. @param self - what it is called on */
export function methodAbove(
  owner: ClassValue,
  name: string,
  self: Value,
  evaluator: Evaluator,
): Value | undefined {
  const method = methodAmong(lineOf(owner, evaluator).slice(1), owner, name);
  return method && (method.value.self ? { ...method.value, self } : method.value);
}

function methodAmong(
  line: readonly ClassValue[],
  of: ClassValue,
  name: string,
): { value: FunctionValue; isProperty: boolean } | undefined {
  for (const owner of line) {
    const { node, scope, at } = owner;
    const method = methodOf(node, name, scope.source);
    if (!method) continue;
    const decorators = decoratorsOf(method, node, scope.source);
    const isStatic = decorators.includes("staticmethod");
    const value: FunctionValue = {
      k: "function",
      node: method,
      scope,
      at,
      owner,
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
  if (isChanged(of, name, evaluator)) return unknown(self.at);
  const method = methodIn(of, "__init__", evaluator);
  if (method) {
    const given = assignedTo(`self.${name}`, method.value);
    if (given)
      return evaluator.value(given, host.bound({ ...method.value, self }, self.args, self.named, self.at));
  } else {
    const fields = [...new Set(lineOf(of, evaluator).toReversed().flatMap(fieldsOf))];
    const at = fields.indexOf(name);
    const given = self.named.get(name) ?? (at >= 0 ? self.args[at] : undefined);
    if (given) return given;
  }
  const own = attributeNode(of, name, evaluator);
  return own && evaluator.value(own.node, own.scope);
}

/** Whether methods of a class change what `__init__` gives an attribute, or what the class does. */
export function isChanged(of: ClassValue, name: string, evaluator: Evaluator): boolean {
  if (evaluator.isChanged(of, name)) return true;
  const changes = new RegExp(
    `\\b(?:self|cls)\\.${name}\\b(?:\\s*:[^=\\n]+)?(?:\\s*(?:[-+*/|&]|//|\\*\\*)?=(?!=)|\\[[^\\]]*\\]\\s*=(?!=)|\\.(?:append|add|extend|insert|remove|pop|clear|sort|reverse|update|setdefault|discard)\\()`,
    "g",
  );
  const line = lineOf(of, evaluator);
  const all = line.flatMap(({ node, scope }) => textAt(node, scope).match(changes) ?? []);
  const method = methodIn(of, "__init__", evaluator);
  const isInitial = method !== undefined && assignedTo(`self.${name}`, method.value) !== undefined;
  return all.length > (isInitial ? 1 : 0);
}

function assignedTo(target: string, { node, scope }: FunctionValue): PyNode | undefined {
  const statement = bodyOf(node).find(
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
