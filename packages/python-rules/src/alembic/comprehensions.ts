import type { Range } from "@orchestrator-lint/sql-rules/shared";
import { partsOf } from "../language/nodes.js";
import type { PyNode } from "../language/tree.js";
import type { Evaluator, Host } from "./evaluate.js";
import type { Scope } from "./scope.js";
import { flag, inspects, unknown, type Value } from "./values.js";

/** A generator: nobody knows how far it is asked. */
export function generator(node: PyNode, at: Range, scope: Scope, evaluator: Evaluator, host: Host): Value {
  let value: Value = unknown(at);
  host.perhaps(() => (value = comprehension(node, at, scope, evaluator, host)), at, false);
  return value;
}

/**
 * `[item for names in list if test]`: without what a test leaves out, with what only the database leaves out.
 */
export function comprehension(
  node: PyNode,
  at: Range,
  scope: Scope,
  evaluator: Evaluator,
  host: Host,
): Value {
  const children = node.children.slice(1, -1);
  const [start, middle] = ["for", "in"].map((keyword) => children.findIndex(({ type }) => type === keyword));
  const [item] = partsOf(children.slice(0, start));
  const [over, ...rest] = partsOf(children.slice((middle ?? 0) + 1));
  const isPlain = rest.length === 0 || (rest.length === 2 && rest[0]?.type === "if");
  const values = over && isPlain ? evaluator.value(over, scope) : unknown(at);
  if (!item || values.k !== "list") return unknown(at, evaluator.asks(node, scope));
  const items: Value[] = [];
  for (const value of values.items) {
    const inner = scope.inner();
    evaluator.bind(children.slice((start ?? 0) + 1, middle), value, inner);
    const kept = rest[1] ? evaluator.value(rest[1], inner) : undefined;
    const isKept = kept ? flag(kept) : true;
    if (isKept) items.push(evaluator.value(item, inner));
    else if (kept && isKept === undefined) {
      host.perhaps(
        () => items.push({ k: "perhaps", of: evaluator.value(item, inner), at }),
        at,
        inspects(kept),
      );
      if (!inspects(kept)) return unknown(at);
    }
  }
  return { k: "list", items, at, identity: {} };
}

/** `{key: value for names in list}`. */
export function mapping(node: PyNode, at: Range, scope: Scope, evaluator: Evaluator): Value {
  const children = node.children.slice(1, -1);
  const [start, middle] = ["for", "in"].map((keyword) => children.findIndex(({ type }) => type === keyword));
  const [key, value, ...more] = partsOf(children.slice(0, start));
  const [over, ...rest] = partsOf(children.slice((middle ?? 0) + 1));
  const values = over && rest.length === 0 ? evaluator.value(over, scope) : unknown(at);
  if (!key || !value || more.length > 0 || values.k !== "list")
    return unknown(at, evaluator.asks(node, scope));
  const entries = values.items.map((one): readonly [Value, Value] => {
    const inner = scope.inner();
    evaluator.bind(children.slice((start ?? 0) + 1, middle), one, inner);
    return [evaluator.value(key, inner), evaluator.value(value, inner)];
  });
  return { k: "dict", entries, at, identity: {} };
}
