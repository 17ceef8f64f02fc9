import { slice, spread, TextBuilder, UNKNOWN, type Text } from "../../language/text.js";
import { isNull, valueAt, type Value } from "../../language/value.js";
import { byName, isNear, itemsAt, objectsWith, stringAt, type KubernetesObject } from "./objects.js";

/** What a container's environment is, as far as manifests say. */
export interface ContainerEnvironment {
  readonly variables: ReadonlyMap<string, Text | null>;
  /** Whether further variables come from sources that are not there to be read. */
  readonly hasUnknown: boolean;
}

/** Longer texts are not taken apart: no list of options is that long. */
const MAX_TEXT = 100_000;

/** A scalar as text; what is too long to be taken apart is unknown. */
export function textOf(value: Value | undefined): Text | undefined {
  if (value?.kind !== "scalar" || isNull(value)) return undefined;
  const { range } = value.origin;
  return range[1] - range[0] > MAX_TEXT ? spread(UNKNOWN, range, value.origin) : value.text;
}

/** Marks that some tool fills in before the API server sees them: `${NAME}`, `{{ name }}`, `<NAME>`, `%NAME%`, `__NAME__`. */
const PLACEHOLDER = /\$\{[^}]*\}|\{\{[^}]*\}\}|<[A-Z][A-Z\d_-]+>|%[A-Z][A-Z\d_]+%|__[A-Z][A-Z\d_]+__/g;

/** A text whose placeholders are unknown: nobody writes a manifest for the API server that has them. */
export function filledIn(text: Text): Text {
  if (!/[$<{%_]/.test(text.value)) return text;
  const out = new TextBuilder();
  let at = 0;
  for (const { index, 0: found } of text.value.matchAll(PLACEHOLDER)) {
    out.append(slice(text, at, index));
    at = index + found.length;
    out.append(spread(UNKNOWN), [text.starts[index] ?? -1, text.ends[at - 1] ?? -1]);
  }
  if (at === 0) return text;
  out.append(slice(text, at));
  return out.build(text.origin);
}

/** The data of a ConfigMap or Secret by key. */
export function dataOf(source: KubernetesObject): ReadonlyMap<string, Text> {
  const data = new Map<string, Text>();
  for (const section of ["data", "stringData"]) {
    const values = valueAt(source.value, section);
    if (values?.kind !== "mapping") continue;
    for (const { name, value } of values.entries.values()) {
      const text = textOf(value);
      if (!text) continue;
      const isEncoded = source.kind === "Secret" && section === "data";
      data.set(
        name,
        isEncoded ? spread(decoded(text.value), text.origin?.range, text.origin) : filledIn(text),
      );
    }
  }
  return data;
}

function decoded(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}

/** `env` and `envFrom` of a container: the former wins, later sources win, and `$(NAME)` stands for what came before. */
export function environmentOf(
  container: Value,
  owner: KubernetesObject,
  around: readonly KubernetesObject[],
): ContainerEnvironment {
  const variables = new Map<string, Text | null>();
  let hasUnknown = false;
  const find = (kind: string, name: string | undefined) =>
    objectsWith(around, byName, `${kind} ${name ?? ""}`).find((object) => isNear(object, owner));
  for (const source of itemsAt(container, "envFrom")) {
    const prefix = stringAt(source, "prefix") ?? "";
    const map = find("ConfigMap", stringAt(source, "configMapRef", "name"));
    const found = map ?? find("Secret", stringAt(source, "secretRef", "name"));
    if (!found) hasUnknown = true;
    else for (const [name, text] of dataOf(found)) variables.set(prefix + name, text);
  }
  for (const item of itemsAt(container, "env")) {
    const name = stringAt(item, "name");
    if (name === undefined) continue;
    const value = valueAt(item, "value");
    const from = valueAt(item, "valueFrom");
    if (from && !isNull(from)) variables.set(name, referenced(from, find));
    else {
      const text = textOf(value);
      variables.set(name, text ? filledIn(expand(text, variables)) : spread(""));
    }
  }
  return { variables, hasUnknown };
}

function referenced(
  from: Value,
  find: (kind: string, name: string | undefined) => KubernetesObject | undefined,
): Text {
  for (const [field, kind] of [
    ["configMapKeyRef", "ConfigMap"],
    ["secretKeyRef", "Secret"],
  ] as const) {
    const key = stringAt(from, field, "key");
    const source = find(kind, stringAt(from, field, "name"));
    const text = source && key !== undefined ? dataOf(source).get(key) : undefined;
    if (text) return text;
  }
  return spread(UNKNOWN, from.origin.range, from.origin);
}

/** Kubernetes' own expansion: `$(NAME)` where the name is known, `$$` for a dollar sign, everything else as it stands. */
export function expand(text: Text, variables: ReadonlyMap<string, Text | null>): Text {
  if (!text.value.includes("$")) return text;
  const whole = /^\$\(([^()]+)\)$/.exec(text.value)?.[1];
  const known = whole === undefined ? undefined : variables.get(whole);
  if (known) return known;
  const out = new TextBuilder();
  let at = 0;
  for (const match of text.value.matchAll(/\$(?:\$|\(([^()]+)\))/g)) {
    const name = match[1];
    const end = match.index + match[0].length;
    const value = name === undefined ? spread("$") : variables.get(name);
    if (!value || out.length > MAX_TEXT) continue;
    out.append(slice(text, at, match.index));
    out.append(value, [text.starts[match.index] ?? -1, text.ends[end - 1] ?? -1]);
    at = end;
  }
  out.append(slice(text, at));
  const expanded = out.build(text.origin);
  return expanded.value.length > MAX_TEXT ? spread(UNKNOWN, text.origin?.range, text.origin) : expanded;
}
