import type { AST } from "yaml-eslint-parser";
import { locate, scalarText, type Text } from "./text.js";

/** Aliases of aliases, and merge keys in merged mappings, are followed this far. */
const MAX_DEPTH = 64;
/** Entries that merge keys may bring in over one file: each step copies, so a chain would cost its square. */
const MAX_MERGED_ENTRIES = 200_000;

/** A key of a mapping with its value; through a merge key, its pair stands in the merged mapping. */
export interface Entry {
  readonly name: string;
  readonly pair: AST.YAMLPair;
  readonly value: Value;
}
export interface MappingValue {
  readonly kind: "mapping";
  readonly node: AST.YAMLMapping;
  readonly tag?: string | undefined;
  /** Merge keys resolved: explicit keys win, then the first mapping of a `<<` list. */
  readonly entries: ReadonlyMap<string, Entry>;
}
export interface SequenceValue {
  readonly kind: "sequence";
  readonly node: AST.YAMLSequence;
  readonly tag?: string | undefined;
  readonly items: readonly Value[];
}
export interface ScalarValue {
  readonly kind: "scalar";
  readonly node: AST.YAMLScalar;
  readonly tag?: string | undefined;
  /** The value under the core schema of YAML 1.2, whatever the file's version directive. */
  readonly value: string | number | boolean | null;
  /** The value as text with the place of each character. */
  readonly text: Text;
}
/** What could not be read, and why: a cycle, an alias without anchor, nesting or merging beyond the bounds. */
export interface UnreadValue {
  readonly kind: "unread";
  readonly node: AST.YAMLNode;
  readonly tag?: string | undefined;
  readonly because: string;
}
/** A key without value. */
export interface EmptyValue {
  readonly kind: "empty";
  readonly node: AST.YAMLNode;
  readonly tag?: string | undefined;
}
/** A positioned YAML value. Aliases are already followed; `node` is where a person would edit it. */
export type Value = MappingValue | SequenceValue | ScalarValue | UnreadValue | EmptyValue;

export interface Problem {
  readonly message: string;
  readonly node: AST.YAMLNode;
}

export interface YamlFile {
  /** The values of the file's documents, in order. */
  readonly documents: readonly Value[];
  readonly source: string;
  /** Grows while values are looked at: everything in the file that could not be read. */
  readonly problems: readonly Problem[];
}

type Written = AST.YAMLContent | AST.YAMLWithMeta | null;

/** Whether an ESLint AST is one of yaml-eslint-parser's. */
export function isYamlProgram(ast: unknown): ast is AST.YAMLProgram {
  if (typeof ast !== "object" || ast === null || !("type" in ast) || ast.type !== "Program") return false;
  return (
    "body" in ast &&
    Array.isArray(ast.body) &&
    (ast.body as readonly { type?: unknown }[]).every((node) => node.type === "YAMLDocument")
  );
}

/**
 * Opens a parsed file as positioned values. Nothing is expanded before it is asked for and each node is read once,
 * so the cost follows the file's size, not the size its aliases would unfold to.
 */
export function openYaml(program: AST.YAMLProgram, source: string): YamlFile {
  const problems: Problem[] = [];
  const seen = new WeakMap<AST.YAMLNode, Value>();
  const merging = new Set<AST.YAMLMapping>();
  let mergedEntries = 0;

  function unread(node: AST.YAMLNode, because: string): UnreadValue {
    problems.push({ message: because, node });
    return { kind: "unread", node, because };
  }

  function read(written: Written, holder: AST.YAMLNode, document: AST.YAMLDocument): Value {
    const key = written ?? holder;
    const known = seen.get(key);
    if (known) return known;
    const value = build(written, holder, document);
    seen.set(key, value);
    return value;
  }

  function build(written: Written, holder: AST.YAMLNode, document: AST.YAMLDocument): Value {
    let node = written;
    let tag: string | undefined;
    for (let hops = 0; node?.type === "YAMLAlias" || node?.type === "YAMLWithMeta"; hops++) {
      if (hops > MAX_DEPTH) return unread(node, "Aliases lead to aliases without end.");
      if (node.type === "YAMLWithMeta") {
        tag ??= node.tag?.tag;
        node = node.value;
      } else {
        const anchored: AST.YAMLWithMeta | undefined = anchorOf(node, document);
        if (!anchored) return unread(node, `Alias *${node.name} has no anchor before it.`);
        if (node.range[0] < anchored.range[1])
          return unread(node, `Alias *${node.name} stands in its own anchor.`);
        node = anchored;
      }
    }
    if (!node) return { kind: "empty", node: written ?? holder, tag };
    const known = seen.get(node);
    if (known) return known;
    const value = content(node, tag, document);
    seen.set(node, value);
    return value;
  }

  function content(
    node: AST.YAMLMapping | AST.YAMLSequence | AST.YAMLScalar,
    tag: string | undefined,
    document: AST.YAMLDocument,
  ): Value {
    if (node.type === "YAMLScalar") return scalar(node, tag);
    return node.type === "YAMLMapping" ? mapping(node, tag, document) : sequence(node, tag, document);
  }

  function scalar(node: AST.YAMLScalar, tag: string | undefined): ScalarValue {
    let text: Text | undefined;
    return {
      kind: "scalar",
      node,
      tag,
      value: node.style === "plain" && !isStringTag(tag) ? coreScalar(scalarText(node)) : scalarText(node),
      get text() {
        return (text ??= locate(node, source));
      },
    };
  }

  function sequence(
    node: AST.YAMLSequence,
    tag: string | undefined,
    document: AST.YAMLDocument,
  ): SequenceValue {
    let items: Value[] | undefined;
    return {
      kind: "sequence",
      node,
      tag,
      get items() {
        return (items ??= node.entries.map((entry) => read(entry, node, document)));
      },
    };
  }

  function mapping(node: AST.YAMLMapping, tag: string | undefined, document: AST.YAMLDocument): MappingValue {
    let entries: Map<string, Entry> | undefined;
    return {
      kind: "mapping",
      node,
      tag,
      get entries() {
        return (entries ??= entriesOf(node, document));
      },
    };
  }

  function entriesOf(node: AST.YAMLMapping, document: AST.YAMLDocument): Map<string, Entry> {
    const own = new Map<string, Entry>();
    const merges: AST.YAMLPair[] = [];
    for (const pair of node.pairs) {
      const key = read(pair.key, pair, document);
      if (key.kind !== "scalar") continue;
      const name = scalarText(key.node);
      if (name === "<<" && key.node.style === "plain") merges.push(pair);
      else if (own.has(name)) problems.push({ message: `Key "${name}" stands twice.`, node: pair });
      else own.set(name, entry(name, pair, document));
    }
    if (merges.length === 0) return own;
    if (merging.has(node) || merging.size >= MAX_DEPTH) {
      unread(node, "Merge keys lead back to themselves, or too deep.");
      return own;
    }
    merging.add(node);
    for (const pair of merges) {
      const value = read(pair.value, pair, document);
      for (const source of value.kind === "sequence" ? value.items : [value]) {
        if (source.kind !== "mapping") {
          if (source.kind !== "unread") unread(pair, "A merge key takes a mapping or a list of mappings.");
          continue;
        }
        mergedEntries += source.entries.size;
        if (mergedEntries > MAX_MERGED_ENTRIES) {
          unread(pair, `Merge keys bring in more than ${String(MAX_MERGED_ENTRIES)} entries.`);
          break;
        }
        for (const [name, inherited] of source.entries) if (!own.has(name)) own.set(name, inherited);
      }
    }
    merging.delete(node);
    return own;
  }

  /** An entry whose value is read when it is looked at. */
  function entry(name: string, pair: AST.YAMLPair, document: AST.YAMLDocument): Entry {
    return {
      name,
      pair,
      get value() {
        return read(pair.value, pair, document);
      },
    };
  }

  return {
    documents: program.body.map((document) => read(document.content, document, document)),
    source,
    problems,
  };
}

/** The last anchor of that name before the alias, which is the one YAML means. */
function anchorOf(alias: AST.YAMLAlias, document: AST.YAMLDocument): AST.YAMLWithMeta | undefined {
  const anchors = Object.hasOwn(document.anchors, alias.name) ? (document.anchors[alias.name] ?? []) : [];
  let low = 0;
  let high = anchors.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((anchors[middle]?.range[0] ?? Infinity) < alias.range[0]) low = middle + 1;
    else high = middle;
  }
  return anchors[low - 1]?.parent;
}

function isStringTag(tag: string | undefined): boolean {
  return tag === "!!str" || tag === "tag:yaml.org,2002:str" || tag === "!";
}

/** A plain scalar under the core schema of YAML 1.2 (spec 10.3.2). */
export function coreScalar(text: string): string | number | boolean | null {
  if (/^(?:~|null|Null|NULL|)$/.test(text)) return null;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  if (/^[-+]?\d+$/.test(text)) return Number(text);
  if (/^0o[0-7]+$/.test(text) || /^0x[\dA-Fa-f]+$/.test(text)) return Number(text);
  if (/^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(text)) return Number(text);
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return /^\.(?:nan|NaN|NAN)$/.test(text) ? Number.NaN : text;
}
