import type { PyNode } from "../language/tree.js";
import { splitAt, textOf, type Source } from "../language/nodes.js";

/** A name that an import binds, and what it stands for. */
export interface Imported {
  name: string;
  /** Full name; that of a relative module keeps its dots. */
  path: string;
}

/** What an import statement binds. */
export function importsIn(node: PyNode, source: Source): Imported[] {
  const [first, ...rest] = node.children.filter(({ type }) => !/^(?:⚠|[()]|Comment)$/.test(type));
  return first?.type === "from" ? fromModule(rest, source) : modules(rest, source);
}

function modules(nodes: readonly PyNode[], source: Source): Imported[] {
  return splitAt(nodes, ",").flatMap((group): Imported[] => {
    const [path = [], alias] = splitAt(group, "as");
    const module = joined(path, source);
    const name = alias?.[0] && textOf(source, alias[0]);
    if (module === "") return [];
    // `import a.b` binds `a`.
    const root = module.replace(/\..*/, "");
    return [name === undefined ? { name: root, path: root } : { name, path: module }];
  });
}

function fromModule(nodes: readonly PyNode[], source: Source): Imported[] {
  const [path = [], names = []] = splitAt(nodes, "import");
  const module = joined(path, source);
  // `from . import a` is `.a`.
  const separator = module.endsWith(".") ? "" : ".";
  return splitAt(names, ",").flatMap(([name, , alias]): Imported[] => {
    if (!name) return [];
    const own = textOf(source, name);
    return [{ name: alias ? textOf(source, alias) : own, path: `${module}${separator}${own}` }];
  });
}

function joined(nodes: readonly PyNode[], source: Source): string {
  return nodes
    .map((node) => textOf(source, node))
    .join("")
    .replaceAll(/\s/g, "");
}
