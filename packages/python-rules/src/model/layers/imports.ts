import type { Range } from "@orchestrator-lint/sql-rules/shared";
import { parseTree, type PyNode } from "../../language/tree.js";
import type { Codebase } from "../project/codebase.js";
import type { SourceFile } from "../project/source-file.js";

/** One module or name that a file imports, wherever in the file that is. */
export interface Import {
  /** UTF-16 offsets of its words. */
  readonly range: Range;
  /** Dots before the module. */
  readonly level: number;
  /** Without dots before it; empty in `from . import name`. */
  readonly module: string;
  /** Of `from module import name`. */
  readonly name?: string;
}

const known = new WeakMap<SourceFile, readonly Import[]>();

/** Every import of a file, in functions too, and `importlib.import_module` and `__import__` of a literal. */
export function importsOf(file: SourceFile): readonly Import[] {
  let found = known.get(file);
  if (!found) {
    found = file.statements.flatMap((statement) => {
      const text = file.textOf(statement);
      const [offset] = statement.range;
      return text.includes("import") ? parseTree(text, offset).flatMap((node) => importsIn(node, file.text)) : []; // prettier-ignore
    });
    known.set(file, found);
  }
  return found;
}

function importsIn(root: PyNode, text: string): Import[] {
  const found: Import[] = [];
  const pending = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.type === "ImportStatement") found.push(...statementOf(node, text));
    else {
      if (node.type === "CallExpression") found.push(...callOf(node, text));
      pending.push(...node.children);
    }
  }
  return found.sort((a, b) => a.range[0] - b.range[0]);
}

/** What stands between commas, behind `import`; names behind `as` left out. */
function listOf(nodes: readonly PyNode[]): PyNode[][] {
  const items: PyNode[][] = [[]];
  let isAlias = false;
  for (const node of nodes) {
    if (node.type === ",") {
      items.push([]);
      isAlias = false;
    } else if (node.type === "as") isAlias = true;
    else if (!isAlias && /^(?:VariableName|\.|\*)$/.test(node.type)) items.at(-1)!.push(node);
  }
  return items.filter((item) => item.length > 0);
}

function statementOf({ children }: PyNode, text: string): Import[] {
  const written = (nodes: readonly PyNode[]) => nodes.map((node) => text.slice(...node.range)).join("");
  const rangeOf = (nodes: readonly PyNode[]): Range => [nodes[0]!.range[0], nodes.at(-1)!.range[1]];
  const at = children.findIndex(({ type }) => type === "import");
  if (at < 0) return [];
  const list = listOf(children.slice(at + 1));
  if (children[0]!.type !== "from")
    return list.map((item) => ({ range: rangeOf(item), level: 0, module: written(item) }));
  const from = children.slice(1, at);
  const [, dots, module] = /^(\.*)(.*)$/.exec(written(from)) as unknown as [string, string, string];
  return list.map((item) => ({
    range: item[0]!.type === "*" ? rangeOf(from) : rangeOf(item),
    level: dots.length,
    module,
    ...(item[0]!.type === "*" ? {} : { name: written(item) }),
  }));
}

function callOf({ children }: PyNode, text: string): Import[] {
  const [callee, args] = children;
  if (!callee || !/^(?:importlib\.)?import_module$|^__import__$/.test(text.slice(...callee.range))) return [];
  const [first, , , , second] = args?.children.slice(1) ?? [];
  if (first?.type !== "String") return [];
  const literal = (node: PyNode) => /^[rRuU]?(["'])([\w.]+)\1$/.exec(text.slice(...node.range))?.[2];
  const [, dots = "", module = ""] = /^(\.*)(.*)$/.exec(literal(first) ?? "") ?? [];
  if (module === "") return [];
  if (dots === "") return [{ range: first.range, level: 0, module }];
  // Relative to a package that is written out: `import_module(".x", package="a.b")`.
  const anchor = [second, args?.children[3]].map((node) => node?.type === "String" && literal(node)).find(Boolean); // prettier-ignore
  if (!anchor) return [];
  const base = anchor.split(".").slice(0, anchor.split(".").length - dots.length + 1);
  return [{ range: first.range, level: 0, module: [...base, module].join(".") }];
}

/**
 * The module of the project that an import names, as a path without extension; of what is not there, the package it
 * would be in.
 */
export function targetOf({ modules }: Codebase, file: string, given: Import): string | undefined {
  const { level, module, name } = given;
  const parts = module === "" ? [] : module.split(".");
  let base: string | undefined;
  let isWhole = true;
  if (level > 0) {
    base = modules.relative(file, level);
    for (const part of parts) {
      const inner = base === undefined || !isWhole ? undefined : modules.below(base, part);
      if (inner === undefined) isWhole = false;
      else base = inner;
    }
  } else {
    for (let count = parts.length; count > 0 && base === undefined; count--) {
      base = modules.absolute(file, parts.slice(0, count).join("."));
      isWhole = count === parts.length;
    }
  }
  if (base === undefined || !isWhole || name === undefined) return base;
  return modules.below(base, name) ?? base;
}

/** An import with the module it names. */
export interface Imported {
  readonly import: Import;
  readonly target: string;
}

/** The modules of the project that a file imports; several names of one module in one statement are one import. */
export function importedBy(code: Codebase, path: string, file: SourceFile): Imported[] {
  const found: Imported[] = [];
  for (const one of importsOf(file)) {
    const target = targetOf(code, path, one);
    if (target === undefined) continue;
    const last = found.at(-1);
    const isSame =
      last?.target === target &&
      !/\bimport\b|\(\s*["']/.test(file.text.slice(last.import.range[1], one.range[0]));
    if (!isSame) found.push({ import: one, target });
  }
  return found;
}
