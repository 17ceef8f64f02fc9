import type { Part } from "./zip-writer.js";

const text = new TextEncoder();

/** A file of text. */
export const file = (name: string, content: string): Part => ({ name, bytes: text.encode(content) });

const ISSUED = {
  h2o_version: "3.46.0.7",
  mojo_version: "1.40",
  license: "Apache License Version 2.0",
  algo: "gbm",
  algorithm: "Gradient Boosting Machine",
  endianness: "LITTLE_ENDIAN",
  category: "Binomial",
  uuid: "6243404118467656688",
  supervised: "true",
  n_features: "2",
  n_classes: "2",
  n_columns: "3",
  n_domains: "2",
  balance_classes: "false",
  default_threshold: "0.5",
  prior_class_distrib: "[0.5, 0.5]",
  model_class_distrib: "[0.5, 0.5]",
  timestamp: "2026-01-01T00:00:00.000Z",
  escape_domain_values: "true",
};

/** A model.ini. */
export function ini(
  info: Readonly<Record<string, string>>,
  columns: readonly string[],
  domains: readonly string[],
): string {
  const lines = Object.entries({ ...ISSUED, ...info }).map(([key, value]) => `${key} = ${value}`);
  return ["[info]", ...lines, "", "[columns]", ...columns, "", "[domains]", ...domains, ""].join("\n");
}

/** A tree of one split, of column 0 at 0.5, and two leaves; its auxiliary data. */
export function stump(column = 0, left = -1, right = 1): { tree: Uint8Array; aux: Uint8Array } {
  const tree = Buffer.alloc(16);
  // Both sides are leaves.
  tree.writeUInt8(48 | 0xc0, 0);
  tree.writeUInt16LE(column, 1);
  tree.writeUInt8(5, 3);
  tree.writeFloatLE(0.5, 4);
  tree.writeFloatLE(left, 8);
  tree.writeFloatLE(right, 12);
  const aux = Buffer.alloc(40);
  aux.writeFloatLE(10, 8);
  aux.writeFloatLE(20, 12);
  aux.writeInt32LE(1, 32);
  aux.writeInt32LE(2, 36);
  return { tree, aux };
}

/** A table as H2O's REST interface writes it. */
const table = (columns: Readonly<Record<string, unknown>>) => ({
  columns: Object.keys(columns).map((name) => ({ name })),
  data: Object.values(columns),
});

const DETAILS = {
  algo: "gbm",
  algo_full_name: "Gradient Boosting Machine",
  response_column_name: "y",
  parameters: [],
  output: {
    names: ["x", "c", "y"],
    domains: [null, ["a", "b"], ["no", "yes"]],
    model_category: "Binomial",
    default_threshold: 0.5,
    model_summary: table({
      number_of_trees: [2],
      number_of_internal_trees: [2],
      min_depth: [1],
      max_depth: [1],
      mean_depth: [1],
      min_leaves: [2],
      max_leaves: [2],
      mean_leaves: [2],
    }),
    init_f: 0.25,
  },
};

/** A whole GBM of two stumps. */
export function gbm(
  changes: {
    info?: Record<string, string>;
    columns?: string[];
    domains?: string[];
    details?: unknown;
  } = {},
): Part[] {
  const info = {
    n_trees: "2",
    n_trees_per_class: "1",
    _genmodel_encoding: "AUTO",
    _orig_projection_array: "null",
    distribution: "bernoulli",
    link_function: "logit",
    init_f: "0.25",
    ...changes.info,
  };
  const { tree, aux } = stump();
  return [
    ...[0, 1].flatMap((index) => [
      { name: `trees/t00_00${index}.bin`, bytes: tree },
      { name: `trees/t00_00${index}_aux.bin`, bytes: aux },
    ]),
    file(
      "model.ini",
      ini(info, changes.columns ?? ["x", "c", "y"], changes.domains ?? ["1: 2 d000.txt", "2: 2 d001.txt"]),
    ),
    file("domains/d000.txt", "a\nb\n"),
    file("domains/d001.txt", "no\nyes\n"),
    file("experimental/modelDetails.json", JSON.stringify(changes.details ?? DETAILS)),
  ];
}

/** Replaces one part by another, or leaves it out. */
export function swap(parts: readonly Part[], name: string, replacement?: Partial<Part>): Part[] {
  return parts.flatMap((part) =>
    part.name !== name ? [part] : replacement ? [{ ...part, ...replacement }] : [],
  );
}
