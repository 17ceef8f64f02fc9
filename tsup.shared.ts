import { defineConfig, type Options } from "tsup";

/** The one build every package uses: ESM for Node 20.19, with declarations and source maps. */
export function library(entry: string[], extra: Options = {}) {
  return defineConfig({
    entry,
    format: "esm",
    target: "node20.19",
    clean: true,
    sourcemap: true,
    // The project-reference flags belong to `tsc -b`, not to a declaration bundle.
    dts: { compilerOptions: { composite: false, incremental: false } },
    ...extra,
  });
}
