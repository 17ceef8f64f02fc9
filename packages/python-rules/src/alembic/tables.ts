import type { Range } from "@orchestrator-lint/sql-rules/shared";
import type { PyNode } from "../language/tree.js";
import { lineOf } from "./classes.js";
import type { Evaluator, Host } from "./evaluate.js";
import { basesOf, bodyOf, decoratorNames } from "./module.js";
import { textAt, type Scope } from "./scope.js";
import { constant, lastOf, textIn, unknown, type ClassValue, type Made, type Value } from "./values.js";

/** Classes above a model that bring no columns. */
const BASES = /(?:^|\.)(?:object|declarative_base|DeclarativeBase|MappedAsDataclass|Generic)$/;

/** The table of a model as a call of `Table` declares it; undefined where it has none by a name of its own. */
export function tableOf(of: ClassValue, evaluator: Evaluator, host: Host, at: Range): Made | undefined {
  const elements: Value[] = [];
  const named = new Map<string, Value>();
  let name: Value | undefined;
  for (const { node, scope } of lineOf(of, evaluator)) {
    for (const statement of bodyOf(node)) {
      const found = attributeIn(statement, scope, evaluator, host);
      if (!found) continue;
      const { attribute, value } = found;
      if (attribute === "__tablename__") name ??= value;
      else if (attribute === "__table_args__") elements.push(...argumentsOf(value, named));
      else if (isColumn(value)) elements.push(called(value, attribute));
    }
    const bases = basesOf(node, scope.source).map((base) => evaluator.value(base, scope));
    // What a class elsewhere brings is not known.
    if (bases.some((base) => base.k !== "class" && !isBase(base))) elements.push(unknown(at));
  }
  if (textIn(name) === undefined || !name) return undefined;
  return { k: "made", path: "sqlalchemy.Table", args: [name, constant(null, at), ...elements], named, at };
}

const isBase = (base: Value): boolean => (base.k === "name" || base.k === "made") && BASES.test(base.path);

function isColumn(value: Value): value is Made {
  return value.k === "made" && /^(?:Column|mapped_column)$/.test(lastOf(value.path));
}

/** A column with the name of the attribute that it is, unless it has its own. */
function called(column: Made, attribute: string): Made {
  if (column.named.has("name") || textIn(column.args[0]) !== undefined) return column;
  return { ...column, named: new Map([...column.named, ["name", constant(attribute, column.at)]]) };
}

function attributeIn(
  statement: PyNode,
  scope: Scope,
  evaluator: Evaluator,
  host: Host,
): { attribute: string; value: Value } | undefined {
  const { type, children } = statement;
  if (type === "AssignStatement") {
    const [target, ...rest] = children.filter((one) => one.type !== "TypeDef" && one.type !== "Comment");
    if (target?.type !== "VariableName" || rest.length < 2) return undefined;
    return { attribute: textAt(target, scope), value: evaluator.several(rest.slice(1), scope) };
  }
  const definition = children.at(-1);
  const isDeclared =
    type === "DecoratedStatement" &&
    decoratorNames(statement, scope.source).some((one) => /\bdeclared_attr\b/.test(one));
  const title = definition?.children.find((one) => one.type === "VariableName");
  if (!isDeclared || definition?.type !== "FunctionDefinition" || !title) return undefined;
  const at = evaluator.placeOf(definition, scope);
  const value = host.call({ k: "function", node: definition, scope, at }, [unknown(at)], new Map(), at);
  return { attribute: textAt(title, scope), value };
}

/** The elements of `__table_args__`; its options go where those of a call are. */
function argumentsOf(value: Value, named: Map<string, Value>): readonly Value[] {
  const items = value.k === "list" ? value.items : [value];
  for (const item of items) {
    for (const [key, one] of item.k === "dict" ? item.entries : []) named.set(textIn(key) ?? "", one);
  }
  return items.filter(({ k }) => k !== "dict");
}
