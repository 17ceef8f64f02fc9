import { layerRule } from "../project-rule.js";
import { bodiesOf } from "../model/layers/bodies.js";
import { importedBy } from "../model/layers/imports.js";
import { layerOf, sharedFolder, type Layer, type LayeredCode } from "../model/layers/layers.js";
import { isTest } from "../model/project/tests.js";

export default layerRule({
  meta: {
    type: "problem",
    docs: {
      description: "Require code that service and pipeline both use to be in lib/shared",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/shared-code-in-lib-shared.md",
      recommended: false,
      view: "development",
      level: "error",
    },
    languages: ["orchestrator/python"],
    schema: [],
    messages: {
      copied:
        "{{name}} is the same code as {{other}}: a change to one of them makes what trains and what serves compute different features. It has to move to {{shared}}.",
      imported:
        "{{module}} is imported here and in {{other}}, by service and pipeline, and is in neither's care: a change for one breaks the other unseen. It has to move to {{shared}}.",
    },
  },

  *find(project, file) {
    const { code, layers } = project;
    const source = code.file(file);
    const own = layerOf(layers, file);
    if (!source || (own !== "service" && own !== "pipeline") || isTest(file)) return;
    const { bodies, imports } = usesOf(project)[own === "service" ? "pipeline" : "service"];
    for (const { name, range, code: body } of bodiesOf(source)) {
      const other = bodies.get(body);
      if (other === undefined) continue;
      const shared = sharedFolder(layers, file, other.file);
      yield { range, messageId: "copied", data: { name, other: `${other.name} in ${other.file}`, shared } };
    }
    for (const { import: one, target } of importedBy(code, file, source)) {
      const other = imports.get(target);
      if (other === undefined) continue;
      const layer = layerOf(layers, target);
      const module = code.modules.fileOf(target);
      // Code of the pipeline in the service is another rule's, and what is not a file is no module of its own.
      if (layer === "shared" || layer === "pipeline" || module === undefined) continue;
      const shared = sharedFolder(layers, module, file, other);
      yield { range: one.range, messageId: "imported", data: { module, other, shared } };
    }
  },
});

/** The functions and modules of a layer, each with a place that has it. */
interface Uses {
  /** A function and its file, by code. */
  readonly bodies: ReadonlyMap<string, { readonly name: string; readonly file: string }>;
  /** A file by module. */
  readonly imports: ReadonlyMap<string, string>;
}

const known = new WeakMap<LayeredCode, Record<"service" | "pipeline", Uses>>();

function usesOf(project: LayeredCode): Record<"service" | "pipeline", Uses> {
  let found = known.get(project);
  if (!found) {
    found = { service: usesIn(project, "service"), pipeline: usesIn(project, "pipeline") };
    known.set(project, found);
  }
  return found;
}

function usesIn({ code, layers }: LayeredCode, layer: Layer): Uses {
  const bodies = new Map<string, { name: string; file: string }>();
  const imports = new Map<string, string>();
  for (const file of code.paths) {
    const source = layerOf(layers, file) === layer && !isTest(file) ? code.file(file) : undefined;
    if (!source) continue;
    for (const { name, code: body } of bodiesOf(source)) if (!bodies.has(body)) bodies.set(body, { name, file }); // prettier-ignore
    for (const { target } of importedBy(code, file, source))
      if (!imports.has(target)) imports.set(target, file);
  }
  return { bodies, imports };
}
