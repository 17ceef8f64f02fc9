import { absoluteOf, farFrom } from "./files/project.js";
import { record, type Finding } from "./findings.js";
import type { FarFinding, FarRule } from "./model/requests/requests.js";
import { isPython, type PythonRule } from "./rule.js";

type Meta = NonNullable<PythonRule["meta"]>;
type FarRuleMeta = Meta & {
  docs: NonNullable<Meta["docs"]> & { description: string };
  /** `way` and `name` are the functions on the way and what stands at its end; `file` is where that is. */
  messages: { far: string };
};

/** An ESLint rule from what requests that begin in the linted file bring about in other functions of the project. */
export function farRule(rule: FarRule, meta: FarRuleMeta): PythonRule & { meta: FarRuleMeta } {
  return {
    meta,
    create(context) {
      const { sourceCode } = context;
      if (!isPython(sourceCode)) return {};
      return {
        Program() {
          if (sourceCode.ast.unread) return;
          const found = farFrom(context).filter((one) => one.rule === rule);
          record(
            sourceCode.ast,
            context.id,
            found.map((one) => detail(one, (file) => absoluteOf(context, file))),
          );
          for (const { links } of found) {
            const [start, end] = links[0]!.place.range;
            const { name, place } = links.at(-1)!;
            const way = links.slice(0, -1).map((link) => link.name);
            context.report({
              loc: { start: sourceCode.getLocFromIndex(start), end: sourceCode.getLocFromIndex(end) },
              messageId: "far",
              data: { way: way.join(" → "), name, file: place.file },
            });
          }
        },
      };
    },
  };
}

function detail({ subject, links }: FarFinding, absolute: (file: string) => string): Finding {
  const places = links.map(({ place, name }, i) => ({
    place: { path: absolute(place.file), range: place.range },
    name,
    message: i === links.length - 1 ? `${name} stands here.` : `Runs ${name}().`,
  }));
  return { place: places[0]!.place, subject, flow: places };
}
