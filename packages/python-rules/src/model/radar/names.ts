import type { Codebase } from "../project/codebase.js";
import type { GraphNode } from "../graph/node.js";
import type { Scope } from "../graph/scope.js";

/** `package.module.Class.function` of a function, as its project names it. */
export function qualifiedName(code: Codebase, { fn }: GraphNode): string {
  const { home, owner } = fn;
  const names = [owner?.cls.name, fn.fn.name === "" ? "<lambda>" : fn.fn.name].filter(
    (name) => name !== undefined,
  );
  return [moduleName(code, home.file), ...around(owner ? owner.home.scope : home.scope), ...names].join(".");
}

/** `Class.function`, as a reader of its file knows it. */
export function shortName({ fn }: GraphNode): string {
  const name = fn.fn.name === "" ? "lambda" : fn.fn.name;
  return fn.owner ? `${fn.owner.cls.name}.${name}` : name;
}

function around(scope: Scope): string[] {
  if (scope.t === "module") return [];
  if (scope.t === "class") return [...around(scope.outer), scope.cls.cls.name];
  return [...around(scope.outer), ...(scope.fn.owner ? [scope.fn.owner.cls.name] : []), scope.fn.fn.name];
}

/** The dotted name of a file's module below the folder that is searched for it. */
function moduleName({ modules }: Codebase, file: string): string {
  const parts = file.replace(/(?:\/__init__)?\.pyi?$/, "").split("/");
  let start = parts.length - 1;
  while (start > 0 && modules.fileOf(parts.slice(0, start).join("/"))?.includes("__init__.")) start--;
  return parts.slice(start).join(".");
}
