import {
  isNull,
  valueAt,
  type Entry,
  type MappingValue,
  type SequenceValue,
  type Value,
} from "../../language/value.js";
import { stringAt } from "./objects.js";

/** Nested values are patched this deep. */
const MAX_DEPTH = 64;
/** Lists whose items are known by a field of theirs (the `patchMergeKey` of Kubernetes' API types); others are replaced. */
const MERGE_KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ["name"],
  initContainers: ["name"],
  volumes: ["name"],
  env: ["name"],
  imagePullSecrets: ["name"],
  volumeMounts: ["mountPath"],
  ports: ["containerPort", "port"],
  hostAliases: ["ip"],
};

/** A mapping with an entry set, or left out where `value` is undefined. */
export function withEntry(mapping: MappingValue, name: string, value: Value | undefined): MappingValue {
  const entries = new Map<string, Entry>(mapping.entries);
  if (value) entries.set(name, { name, key: mapping.entries.get(name)?.key ?? value.origin, value });
  else entries.delete(name);
  return { kind: "mapping", origin: mapping.origin, entries };
}

/**
 * A strategic merge patch: mappings merge, null deletes, lists of named items merge by name, other lists are replaced.
 *
 * @param isTyped - whether the object is of Kubernetes' own API, which knows the lists of named items; of a custom
 * resource all lists are replaced, as they stand
 */
export function mergePatch(
  base: Value | undefined,
  patch: Value,
  isTyped = true,
  field = "",
  depth = 0,
): Value | undefined {
  if (isNull(patch)) return undefined;
  if (depth > MAX_DEPTH) return patch;
  if (patch.kind === "sequence") return isTyped ? mergeLists(base, patch, field, depth) : patch;
  if (patch.kind !== "mapping") return patch;
  const directive = stringAt(patch, "$patch");
  if (directive === "delete") return undefined;
  const isMerged = base?.kind === "mapping" && directive !== "replace";
  // What is new is cleaned of directives and nulls, too.
  let merged: MappingValue = isMerged ? base : { kind: "mapping", origin: patch.origin, entries: new Map() };
  for (const { name, value } of patch.entries.values()) {
    if (name === "$patch") continue;
    merged = withEntry(
      merged,
      name,
      mergePatch(merged.entries.get(name)?.value, value, isTyped, name, depth + 1),
    );
  }
  return merged;
}

function mergeLists(
  base: Value | undefined,
  patch: SequenceValue,
  field: string,
  depth: number,
): SequenceValue {
  const keys = Object.hasOwn(MERGE_KEYS, field) ? (MERGE_KEYS[field] ?? []) : [];
  const idOf = (item: Value) => keys.map((key) => stringAt(item, key)).find((id) => id !== undefined);
  const isNamed = keys.length > 0 && (patch.items.length === 0 || patch.items.some((item) => idOf(item) !== undefined)); // prettier-ignore
  const items: Value[] = isNamed && base?.kind === "sequence" ? [...base.items] : [];
  for (const item of patch.items) {
    const id = idOf(item);
    const at = id === undefined ? -1 : items.findIndex((one) => idOf(one) === id);
    const merged = mergePatch(at < 0 ? undefined : items[at], item, true, "", depth + 1);
    items.splice(at < 0 ? items.length : at, at < 0 ? 0 : 1, ...(merged ? [merged] : []));
  }
  return { kind: "sequence", origin: base?.origin ?? patch.origin, items };
}

/** A JSON patch (RFC 6902). Undefined where an operation does not fit, as Kustomize refuses it then. */
export function jsonPatch(base: Value, operations: readonly Value[]): Value | undefined {
  let patched: Value | undefined = base;
  for (const operation of operations) {
    const path = pointer(stringAt(operation, "path"));
    const from = pointer(stringAt(operation, "from"));
    const value = valueAt(operation, "value");
    if (!path || !patched) return undefined;
    switch (stringAt(operation, "op")) {
      case "add":
      case "replace":
        patched = value && edit(patched, path, value, stringAt(operation, "op") === "add");
        break;
      case "remove":
        patched = edit(patched, path, undefined, false);
        break;
      case "copy":
      case "move": {
        const found: Value | undefined = from && at(patched, from);
        const rest: Value | undefined =
          from && stringAt(operation, "op") === "move" ? edit(patched, from, undefined, false) : patched;
        patched = found && rest && edit(rest, path, found, true);
        break;
      }
      default:
    }
  }
  return patched;
}

function pointer(path: string | undefined): readonly string[] | undefined {
  if (path === undefined || (path !== "" && !path.startsWith("/"))) return undefined;
  return path
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function at(value: Value, path: readonly string[]): Value | undefined {
  let found: Value | undefined = value;
  for (const step of path)
    found = found?.kind === "sequence" ? found.items[Number(step)] : valueAt(found, step);
  return found;
}

function edit(
  target: Value,
  path: readonly string[],
  value: Value | undefined,
  isAdd: boolean,
): Value | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (path.length > MAX_DEPTH) return undefined;
  if (target.kind === "mapping") {
    const known = target.entries.get(step)?.value;
    if (rest.length === 0) return known || isAdd ? withEntry(target, step, value) : undefined;
    const inner = known && edit(known, rest, value, isAdd);
    return inner && withEntry(target, step, inner);
  }
  if (target.kind !== "sequence") return undefined;
  const index = step === "-" ? target.items.length : Number(step);
  if (!Number.isInteger(index) || index < 0 || index > target.items.length) return undefined;
  const items = [...target.items];
  const known = items[index];
  if (rest.length === 0) {
    if (!known && !isAdd) return undefined;
    items.splice(index, isAdd ? 0 : 1, ...(value ? [value] : []));
  } else {
    const inner = known && edit(known, rest, value, isAdd);
    if (!inner) return undefined;
    items[index] = inner;
  }
  return { kind: "sequence", origin: target.origin, items };
}
