import type { Origin, Problem, SourceFile } from "./source.js";
import type { Text } from "./text.js";

/** A key of a mapping with its value; what came through a merge key stands in the merged mapping. */
export interface Entry {
  readonly name: string;
  /** The key's own words. */
  readonly key: Origin;
  readonly value: Value;
}

export interface MappingValue {
  readonly kind: "mapping";
  readonly origin: Origin;
  readonly tag?: string | undefined;
  /** Merge keys resolved: explicit keys win, then the first mapping of a `<<` list. */
  readonly entries: ReadonlyMap<string, Entry>;
}

export interface SequenceValue {
  readonly kind: "sequence";
  readonly origin: Origin;
  readonly tag?: string | undefined;
  readonly items: readonly Value[];
}

export interface ScalarValue {
  readonly kind: "scalar";
  readonly origin: Origin;
  readonly tag?: string | undefined;
  /** The decoded characters, whatever their type. */
  readonly raw: string;
  /** Written without quotes, so that the characters decide the type. */
  readonly isPlain: boolean;
  /** The value under the core schema of YAML 1.2, whatever the file's version directive. */
  readonly value: string | number | boolean | null;
  /** The value as text with the place of each character. */
  readonly text: Text;
}

/** What could not be read, and why: a cycle, an alias without anchor, nesting or merging beyond the bounds. */
export interface UnreadValue {
  readonly kind: "unread";
  readonly origin: Origin;
  readonly tag?: string | undefined;
  readonly because: string;
}

/** A key without value. */
export interface EmptyValue {
  readonly kind: "empty";
  readonly origin: Origin;
  readonly tag?: string | undefined;
}

/** A positioned value of a YAML or JSON file. Aliases are already followed; `origin` is where a person would edit it. */
export type Value = MappingValue | SequenceValue | ScalarValue | UnreadValue | EmptyValue;

/** An opened file. */
export interface DataFile {
  readonly file: SourceFile;
  /** The values of the file's documents, in order. */
  readonly documents: readonly Value[];
  /** Grows while values are looked at: everything in the file that could not be read. */
  readonly problems: readonly Problem[];
}

/** The value at a path of keys. */
export function valueAt(value: Value | undefined, ...path: readonly string[]): Value | undefined {
  let at = value;
  for (const key of path) at = at?.kind === "mapping" ? at.entries.get(key)?.value : undefined;
  return at;
}

/** No value: a key without one, or null in any spelling. */
export function isNull(value: Value): boolean {
  return value.kind === "empty" || (value.kind === "scalar" && value.value === null);
}

/** A mapping made here, for example by merging two. */
export function mappingOf(origin: Origin, entries: Iterable<Entry>, tag?: string): MappingValue {
  const map = new Map<string, Entry>();
  for (const entry of entries) map.set(entry.name, entry);
  return { kind: "mapping", origin, tag, entries: map };
}

/** A sequence made here. */
export function sequenceOf(origin: Origin, items: readonly Value[], tag?: string): SequenceValue {
  return { kind: "sequence", origin, tag, items };
}
