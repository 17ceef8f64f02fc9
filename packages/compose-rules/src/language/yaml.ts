import type { AST } from "yaml-eslint-parser";
import { coreScalar } from "./core-schema.js";
import { locate, type ScalarStyle } from "./scalar.js";
import { placeOf, type Origin, type Problem, type SourceFile } from "./source.js";
import type { Text } from "./text.js";
import type {
  DataFile,
  Entry,
  MappingValue,
  ScalarValue,
  SequenceValue,
  UnreadValue,
  Value,
} from "./value.js";

/** Aliases of aliases, and merge keys in merged mappings, are followed this far. */
const MAX_DEPTH = 64;
/** Entries that merge keys may bring in over one file: each step copies, so a chain would cost its square. */
const MAX_MERGED_ENTRIES = 200_000;

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
export function openYaml(program: AST.YAMLProgram, file: SourceFile): DataFile {
  const problems: Problem[] = [];
  const seen = new WeakMap<AST.YAMLNode, Value>();
  const merging = new Set<AST.YAMLMapping>();
  let mergedEntries = 0;

  const originOf = (node: AST.YAMLNode): Origin => ({ file, range: node.range });

  function unread(node: AST.YAMLNode, because: string): UnreadValue {
    const origin = originOf(node);
    problems.push({ message: because, place: placeOf(origin), kind: "unread" });
    return { kind: "unread", origin, because };
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
        const anchored: AST.YAMLWithMeta | undefined = anchorOf(node, document, program);
        if (!anchored) return unread(node, `Alias *${node.name} has no anchor before it.`);
        if (node.range[0] < anchored.range[1])
          return unread(node, `Alias *${node.name} stands in its own anchor.`);
        node = anchored;
      }
    }
    if (!node) return { kind: "empty", origin: originOf(written ?? holder), tag };
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
    const isPlain = node.style === "plain" && !isStringTag(tag);
    return new YamlScalar(originOf(node), tag, scalarText(node), isPlain, node.style);
  }

  function sequence(node: AST.YAMLSequence, tag: string | undefined, document: AST.YAMLDocument) {
    return new YamlSequence(originOf(node), tag, () =>
      node.entries.map((entry) => read(entry, node, document)),
    );
  }

  function mapping(node: AST.YAMLMapping, tag: string | undefined, document: AST.YAMLDocument) {
    return new YamlMapping(originOf(node), tag, () => entriesOf(node, document));
  }

  function entriesOf(node: AST.YAMLMapping, document: AST.YAMLDocument): Map<string, Entry> {
    const own = new Map<string, Entry>();
    const merges: AST.YAMLPair[] = [];
    for (const pair of node.pairs) {
      const key = scalarNode(pair.key, document, program);
      if (!key) continue;
      const name = scalarText(key);
      if (name === "<<" && key.style === "plain") merges.push(pair);
      else if (!own.has(name))
        own.set(name, new YamlEntry(name, originOf(key), () => read(pair.value, pair, document)));
      else {
        const place = { path: file.path, range: key.range };
        problems.push({ message: `Key "${name}" stands twice.`, place, kind: "refused" });
      }
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

  return {
    documents: program.body.map((document) => read(document.content, document, document)),
    file,
    problems,
  };
}

// Classes, because a getter of an object literal is made anew for each of them, and a file has thousands.

/** An entry whose value is read when it is looked at. */
class YamlEntry implements Entry {
  readonly name: string;
  readonly key: Origin;
  readonly #read: () => Value;
  #value: Value | undefined;

  constructor(name: string, key: Origin, read: () => Value) {
    this.name = name;
    this.key = key;
    this.#read = read;
  }

  get value(): Value {
    return (this.#value ??= this.#read());
  }
}

class YamlScalar implements ScalarValue {
  readonly kind = "scalar";
  readonly origin: Origin;
  readonly tag: string | undefined;
  readonly raw: string;
  readonly isPlain: boolean;
  readonly #style: ScalarStyle;
  #text: Text | undefined;

  constructor(origin: Origin, tag: string | undefined, raw: string, isPlain: boolean, style: ScalarStyle) {
    this.origin = origin;
    this.tag = tag;
    this.raw = raw;
    this.isPlain = isPlain;
    this.#style = style;
  }

  get value(): ScalarValue["value"] {
    return this.isPlain ? coreScalar(this.raw) : this.raw;
  }

  get text(): Text {
    return (this.#text ??= locate(this.raw, this.#style, this.origin));
  }
}

class YamlSequence implements SequenceValue {
  readonly kind = "sequence";
  readonly origin: Origin;
  readonly tag: string | undefined;
  readonly #read: () => Value[];
  #items: Value[] | undefined;

  constructor(origin: Origin, tag: string | undefined, read: () => Value[]) {
    this.origin = origin;
    this.tag = tag;
    this.#read = read;
  }

  get items(): readonly Value[] {
    return (this.#items ??= this.#read());
  }
}

class YamlMapping implements MappingValue {
  readonly kind = "mapping";
  readonly origin: Origin;
  readonly tag: string | undefined;
  readonly #read: () => Map<string, Entry>;
  #entries: Map<string, Entry> | undefined;

  constructor(origin: Origin, tag: string | undefined, read: () => Map<string, Entry>) {
    this.origin = origin;
    this.tag = tag;
    this.#read = read;
  }

  get entries(): ReadonlyMap<string, Entry> {
    return (this.#entries ??= this.#read());
  }
}

/** The decoded value of a scalar node, without quotes, escapes, folding and indentation. */
function scalarText(node: AST.YAMLScalar): string {
  return node.style === "literal" || node.style === "folded" ? node.value : node.strValue;
}

/** A key that is a scalar, through aliases and tags. */
function scalarNode(
  written: Written,
  document: AST.YAMLDocument,
  program: AST.YAMLProgram,
): AST.YAMLScalar | undefined {
  let node: Written | undefined = written;
  for (let hops = 0; hops <= MAX_DEPTH; hops++) {
    if (node?.type === "YAMLScalar") return node;
    if (node?.type === "YAMLWithMeta") node = node.value;
    else if (node?.type === "YAMLAlias") node = anchorOf(node, document, program);
    else return undefined;
  }
  return undefined;
}

/**
 * The last anchor of that name before the alias, which is the one YAML means; where its document has none, the last of
 * an earlier document, which is none to YAML, but is to Docker's reader.
 */
function anchorOf(
  alias: AST.YAMLAlias,
  document: AST.YAMLDocument,
  program: AST.YAMLProgram,
): AST.YAMLWithMeta | undefined {
  const documents = program.body.slice(0, program.body.indexOf(document) + 1);
  for (const one of documents.reverse()) {
    const anchors = Object.hasOwn(one.anchors, alias.name) ? (one.anchors[alias.name] ?? []) : [];
    let low = 0;
    let high = anchors.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((anchors[middle]?.range[0] ?? Infinity) < alias.range[0]) low = middle + 1;
      else high = middle;
    }
    const found = anchors[low - 1]?.parent;
    if (found) return found;
  }
  return undefined;
}

/** Tags of an application, such as `!override`, leave the characters as they are, too. */
function isStringTag(tag: string | undefined): boolean {
  if (tag === undefined || tag === "!!str" || tag === "tag:yaml.org,2002:str") return tag !== undefined;
  return tag.startsWith("!") && !tag.startsWith("!!");
}
