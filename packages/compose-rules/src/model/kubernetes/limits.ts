import { placeOf } from "../../language/source.js";
import { literalPlaceOf, UNKNOWN, type Text } from "../../language/text.js";
import { valueAt, type Value } from "../../language/value.js";
import { MIB } from "../compose/bytes.js";
import type { LimitPlace, MemoryLimit, MemoryProblem } from "../workload.js";
import { filledIn, textOf } from "./environment.js";
import { byKind, isNear, itemsAt, objectsWith, stringAt, type KubernetesObject } from "./objects.js";
import { parseQuantity } from "./quantity.js";

/** No container starts in less: whoever wrote it meant another unit. */
const SMALLEST = MIB;
const UNITS: Readonly<Record<string, number>> = { "": 1, Ki: 2 ** 10, Mi: MIB, Gi: 2 ** 30, Ti: 2 ** 40 };

/** Spells whole MiB, given in bytes, in the unit written before if that keeps them whole, else in `Mi`. */
export function writeQuantity(bytes: number, unit: string): string {
  const factor = UNITS[unit];
  return factor !== undefined && bytes % factor === 0 ? `${String(bytes / factor)}${unit}` : `${String(bytes / MIB)}Mi`; // prettier-ignore
}

/**
 * A container's memory limit: its own, the one of its pod, or the default that a LimitRange of its namespace gives.
 * What Kubernetes refuses or takes for next to nothing is a problem, and no limit.
 */
export function memoryLimitOf(
  container: Value,
  pod: Value,
  owner: KubernetesObject,
  around: readonly KubernetesObject[],
): {
  readonly limit?: MemoryLimit;
  readonly isUnknown?: boolean;
  readonly problems: readonly MemoryProblem[];
} {
  const problems: MemoryProblem[] = [];
  const own = sizeOf(valueAt(container, "resources", "limits", "memory"), "limit", problems);
  const request = sizeOf(valueAt(container, "resources", "requests", "memory"), "request", problems);
  if (own && request && own !== "unknown" && request !== "unknown" && request.bytes > own.bytes) {
    const place = request.text.origin && placeOf(request.text.origin);
    const message = `Memory request ${request.text.value} is larger than the limit ${own.text.value}: the API server refuses it.`;
    if (place) problems.push({ message, place, kind: "refused" });
  }
  if (problems.length > 0) return { problems };
  if (own === "unknown") return { isUnknown: true, problems };
  const shared = own ?? sizeOf(valueAt(pod, "resources", "limits", "memory"), "limit", problems);
  const size = shared ?? defaultOf(owner, around);
  if (size === "unknown") return { isUnknown: true, problems };
  if (!size || size.bytes === 0) return { problems };
  return { limit: { bytes: size.bytes, places: [size] }, problems };
}

type Size = LimitPlace & { readonly bytes: number };

/** `"unknown"` where a value is there that says nothing here. */
function sizeOf(
  value: Value | undefined,
  what: string,
  problems: MemoryProblem[],
): Size | "unknown" | undefined {
  const written = textOf(value);
  if (!written || !value) return undefined;
  const text = filledIn(written);
  if (text.value.includes(UNKNOWN)) return "unknown";
  const size = sizeIn(text);
  const refuse = (message: string) => {
    const [replacement, place] = [meant(text.value), literalPlaceOf(text)];
    const edit = replacement !== undefined && place ? { place, text: replacement } : undefined;
    problems.push({ message, place: placeOf(value.origin), kind: "refused", edit });
    return "unknown" as const;
  };
  if ("error" in size) return refuse(`Memory ${what}: ${size.error}.`);
  if (size.bytes < 0) return refuse(`Memory ${what} ${text.value} is less than nothing.`);
  if (size.bytes > 0 && size.bytes < SMALLEST) {
    const bytes = size.bytes === 1 ? "1 byte" : `${String(size.bytes)} bytes`;
    const unit = text.value.endsWith("m") ? '; "m" is a thousandth here, and mebibytes are "Mi"' : "";
    return refuse(`Memory ${what} ${text.value} is ${bytes}${unit}.`);
  }
  return size;
}

/** What a size in the spelling of others says: Compose and the JVM count in powers of 1024. */
function meant(text: string): string | undefined {
  const [, number, unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*([kmgt])(?:i?b)?\s*$/i.exec(text) ?? [];
  const wanted = `${number ?? ""}${unit.toUpperCase()}i`;
  return number === undefined || wanted === text ? undefined : wanted;
}

function sizeIn(text: Text): Size | { readonly error: string } {
  const quantity = parseQuantity(text.value.trim());
  if ("error" in quantity) return quantity;
  return { text, bytes: quantity.bytes, write: (bytes) => writeQuantity(bytes, quantity.unit) };
}

function defaultOf(owner: KubernetesObject, around: readonly KubernetesObject[]): Size | undefined {
  const ranges = objectsWith(around, byKind, "LimitRange").filter((object) => isNear(object, owner));
  for (const item of ranges.flatMap(({ value }) => itemsAt(value, "spec", "limits"))) {
    const text =
      stringAt(item, "type") === "Container" ? textOf(valueAt(item, "default", "memory")) : undefined;
    const size = text && sizeIn(text);
    if (size && !("error" in size)) return size;
  }
  return undefined;
}
