import { placeOf, type Origin, type Problem } from "../../language/source.js";
import { spread, UNKNOWN } from "../../language/text.js";
import { mappingOf, sequenceOf, type Entry, type MappingValue, type Value } from "../../language/value.js";
import { interpolate, type Lookup } from "./interpolate.js";
import { missingVariable } from "./required.js";
import { textScalar } from "./scalars.js";

/** Values a section, and anything within it, may hold once its aliases are unfolded. */
const MAX_VALUES = { section: 1_000_000, inside: 100_000 };
const MAX_DEPTH = 200;
/** Longer texts are not taken apart: no list of options is that long. */
const MAX_TEXT = 100_000;

/** Keys from the root of a document to a value. */
export type Path = readonly string[];

const NOTHING: readonly Path[] = [];

/** One document as Compose merges it: interpolated, `!reset` values taken out. */
export interface Layer {
  readonly value: MappingValue;
  /** What earlier documents and extended services lose before this one is merged. */
  readonly resets: readonly Path[];
}

interface Read {
  /** Undefined for a value that is taken away. */
  readonly value: Value | undefined;
  readonly resets: readonly Path[];
  readonly size: number;
}

/** Interpolates every scalar of a document and finds its tags `!reset` and `!override`. */
export function readLayer(document: MappingValue, lookup: Lookup, problems: Problem[]): Layer {
  const known = new Map<Value, Read>();
  let isTooLarge = false;
  const report = (message: string, origin: Origin, kind: Problem["kind"]) => {
    problems.push({ message, place: placeOf(origin), kind });
  };

  function read(value: Value, depth: number): Read {
    if (value.tag === "!reset") return { value: undefined, resets: [[]], size: 1 };
    let result = known.get(value);
    if (!result) known.set(value, (result = inside(value, depth)));
    return value.tag === "!override" ? { ...result, resets: [[], ...result.resets] } : result;
  }

  function inside(value: Value, depth: number): Read {
    if (value.kind === "scalar") return { value: scalar(value), resets: NOTHING, size: 1 };
    if (value.kind !== "mapping" && value.kind !== "sequence") return { value, resets: NOTHING, size: 1 };
    const { origin } = value;
    if (depth > MAX_DEPTH)
      return unread(`Values are nested deeper than ${String(MAX_DEPTH)} levels.`, origin);
    const most = depth === 0 ? Infinity : depth === 1 ? MAX_VALUES.section : MAX_VALUES.inside;
    let size = 1;
    let changes = 0;
    const resets: Path[] = [];
    const child = (inner: Value, name: string): Value | undefined => {
      let result = read(inner, depth + 1);
      // What comes too late is left out, so that one bomb does not take the rest of a file with it.
      if (size + result.size > most) result = tooLarge(inner.origin);
      size += result.size;
      if (result.value !== inner) changes++;
      for (const path of result.resets) resets.push([name, ...path]);
      return result.value;
    };
    if (value.kind === "sequence") {
      const items = value.items.map((item, index) => child(item, String(index)));
      const kept = changes === 0 ? value : sequenceOf(origin, items.filter((item) => item !== undefined), value.tag); // prettier-ignore
      return { value: kept, resets, size };
    }
    const entries: Entry[] = [];
    for (const entry of value.entries.values()) {
      const { name, key } = entry;
      const inner = child(entry.value, name);
      if (inner) entries.push(inner === entry.value ? entry : { name, key, value: inner });
    }
    return { value: changes === 0 ? value : mappingOf(origin, entries, value.tag), resets, size };
  }

  function scalar(value: Value & { kind: "scalar" }): Value {
    const { origin } = value;
    if (value.raw.length > MAX_TEXT) {
      report(`This text is longer than ${String(MAX_TEXT)} characters.`, origin, "unread");
      return textScalar(spread(UNKNOWN, origin.range, origin), origin);
    }
    if (!value.raw.includes("$")) return value;
    const result = interpolate(value.text, lookup, (required) => {
      const problem = missingVariable(required, origin);
      if (problem) problems.push(problem);
    });
    if (!("error" in result)) return textScalar(result, origin);
    report(result.error, origin, "refused");
    return { kind: "unread", origin, because: result.error };
  }

  function tooLarge(origin: Origin): Read {
    const because = `Aliases of this file unfold to more than ${String(MAX_VALUES.inside)} values.`;
    if (isTooLarge) return { value: { kind: "unread", origin, because }, resets: [], size: 1 };
    isTooLarge = true;
    return unread(because, origin);
  }

  function unread(because: string, origin: Origin): Read {
    report(because, origin, "unread");
    return { value: { kind: "unread", origin, because }, resets: [], size: 1 };
  }

  const { value, resets } = read(document, 0);
  return { value: value?.kind === "mapping" ? value : mappingOf(document.origin, []), resets };
}

/** Takes away what another document's tags reset. */
export function reset(value: MappingValue, paths: readonly Path[]): MappingValue {
  return paths.reduce<MappingValue>(without, value);
}

function without(value: MappingValue, [name, ...rest]: Path): MappingValue {
  const entry = name === undefined ? undefined : value.entries.get(name);
  if (!entry) return value;
  const entries = new Map(value.entries);
  if (rest.length === 0) entries.delete(entry.name);
  else if (entry.value.kind === "mapping")
    entries.set(entry.name, { ...entry, value: without(entry.value, rest) });
  return mappingOf(value.origin, entries.values());
}
