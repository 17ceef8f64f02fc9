import type { PyNode } from "../../language/tree.js";
import { spanOf, splitAt, textOf, type Source } from "./source.js";
import type { ImportedName, Step } from "./types.js";

export function importSteps(node: PyNode, source: Source): Step[] {
  const children = node.children.filter(({ type }) => !/^(?:⚠|[()]|Comment)$/.test(type));
  return children[0]?.type === "from"
    ? [fromStep(children.slice(1), source)]
    : modules(children.slice(1), node, source);
}

function modules(nodes: readonly PyNode[], statement: PyNode, source: Source): Step[] {
  return splitAt(nodes, ",").flatMap((group): Step[] => {
    const [path, alias] = splitAt(group, "as");
    const module = (path ?? []).map((one) => textOf(source, one)).join("");
    if (module === "") return [];
    const as = alias?.[0] ? { as: textOf(source, alias[0]) } : {};
    return [{ k: "import", module, ...as, at: spanOf(statement) }];
  });
}

function fromStep(nodes: readonly PyNode[], source: Source): Step {
  const [path = [], names = []] = splitAt(nodes, "import");
  const text = path
    .map((one) => textOf(source, one))
    .join("")
    .replaceAll(/\s/g, "");
  const level = /^\.*/.exec(text)![0].length;
  return {
    k: "from",
    module: text.slice(level),
    level,
    names: splitAt(names, ",").flatMap((group): ImportedName[] => {
      const [name, alias] = splitAt(group, "as");
      if (!name?.[0]) return [];
      return [{ name: textOf(source, name[0]), ...(alias?.[0] ? { as: textOf(source, alias[0]) } : {}) }];
    }),
  };
}
