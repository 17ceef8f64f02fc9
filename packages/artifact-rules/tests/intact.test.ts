import { expect, it } from "vitest";
import { verifyMojo } from "../src/verifier.js";
import { file, gbm, ini, swap } from "./archives.js";
import { zip, type Part } from "./zip-writer.js";

/** Forms that H2O writes and that look like contradictions; the oracle trains real models of each. */

const checks = (parts: readonly Part[]) => verifyMojo(zip(parts)).findings.map(({ check }) => check);

/** The parameters of a model's description. */
const parameters = (values: Readonly<Record<string, unknown>>) => ({
  parameters: Object.entries(values).map(([name, value]) => ({ name, actual_value: value })),
});

it("takes the rows of a node for other rows than those of its parts: they were drawn anew", () => {
  const tree = Buffer.alloc(29);
  // The left side is another node, of as many bytes as its size says.
  tree.set([0xc0, 0, 0, 5, 0, 0, 0, 63, 8 + 8]);
  tree.set([0xf0, 0, 0, 5, 0, 0, 0, 0], 9);
  const bytes = new Uint8Array(tree);
  const aux = Buffer.alloc(80);
  for (const [node, [id, leftNodes, left, right, leftId, rightId]] of [
    [0, 1, 307, 293, 1, 2],
    [1, 0, 100, 90, 3, 4],
  ].entries()) {
    aux.writeInt32LE(id!, node * 40);
    aux.writeInt32LE(leftNodes!, node * 40 + 4);
    aux.writeFloatLE(left!, node * 40 + 8);
    aux.writeFloatLE(right!, node * 40 + 12);
    aux.writeInt32LE(leftId!, node * 40 + 32);
    aux.writeInt32LE(rightId!, node * 40 + 36);
  }
  const parts = swap(swap(gbm({ details: {} }), "trees/t00_000.bin", { bytes }), "trees/t00_000_aux.bin", {
    bytes: new Uint8Array(aux),
  });
  expect(checks(parts)).toEqual([]);
  // What the two say of the tree still has to agree.
  aux.writeInt32LE(7, 32);
  expect(checks(swap(parts, "trees/t00_000_aux.bin", { bytes: new Uint8Array(aux) }))).toEqual(["tree-aux"]);
});

it("counts the special columns that the model kept: clusters leave out the one of folds", () => {
  const fold = { column_name: "fold" };
  expect(checks(gbm({ details: parameters({ fold_column: fold }) }))).toEqual([]);
  expect(checks(gbm({ details: parameters({ weights_column: { column_name: "x" } }) }))).toEqual([
    "columns-count",
  ]);
});

it("takes the flag of an isolation forest from its threshold", () => {
  const forest = (flag: boolean, threshold: string, details: object) =>
    gbm({
      info: {
        algo: "isolationforest",
        algorithm: "Isolation Forest",
        category: "AnomalyDetection",
        supervised: "false",
        n_features: "3",
        n_classes: "1",
        prior_class_distrib: "null",
        model_class_distrib: "null",
        min_path_length: "1",
        max_path_length: "2",
        output_anomaly_flag: String(flag),
        default_threshold: threshold,
      },
      details,
    });
  const validated = parameters({ contamination: -1, validation_response_column: { column_name: "y" } });
  expect(checks(forest(true, "0.25", validated))).toEqual([]);
  expect(checks(forest(false, "-1.0", parameters({ contamination: -1 })))).toEqual([]);
  expect(checks(forest(false, "0.25", parameters({ contamination: -1 })))).toEqual(["details-mismatch"]);
  expect(checks(forest(true, "-1.0", {}))).toEqual(["details-mismatch"]);
  expect(checks(forest(false, "-1.0", parameters({ contamination: 0.1 })))).toEqual(["details-mismatch"]);
});

it("gives the offset of a hazard model no coefficient", () => {
  const hazards = (changes: Readonly<Record<string, string>> = {}) => [
    file(
      "model.ini",
      ini(
        {
          mojo_version: "1.00",
          algo: "coxph",
          algorithm: "Cox Proportional Hazards",
          category: "CoxPH",
          n_features: "2",
          n_classes: "1",
          n_columns: "4",
          n_domains: "0",
          offset_column: "offset",
          prior_class_distrib: "null",
          model_class_distrib: "null",
          x_mean_cat_size1: "1",
          x_mean_cat_size2: "0",
          x_mean_num_size1: "1",
          x_mean_num_size2: "1",
          coef: "[0.5]",
          cats: "0",
          cat_offsets: "[0]",
          use_all_factor_levels: "false",
          num_numerical_columns: "2",
          num_offsets: "[0, 1, 2]",
          strata_count: "0",
          ...changes,
        },
        ["x", "offset", "stop", "event"],
        [],
      ),
    ),
    { name: "x_mean_cat", bytes: new Uint8Array() },
    { name: "x_mean_num", bytes: new Uint8Array(8) },
    file(
      "experimental/modelDetails.json",
      JSON.stringify(parameters({ offset_column: { column_name: "offset" } })),
    ),
  ];
  expect(checks(hazards())).toEqual([]);
  expect(checks(hazards({ num_numerical_columns: "1", num_offsets: "[0, 1]" }))).toEqual(["coefficients"]);
  expect(checks(hazards({ num_offsets: "[0, 3, 4]" }))).toEqual(["coefficients"]);
});

it("counts the column of folds as a feature of an additive model, which is made of the others", () => {
  const columns = ["c", "s_0", "s_1", "fold", "y"];
  const model = (features: number) =>
    gbm({
      info: {
        mojo_version: "1.00",
        algo: "gam",
        algorithm: "Generalized Additive Model",
        n_features: String(features),
        n_columns: "5",
        cats: "1",
        cat_offsets: "[0, 2]",
        numsCenter: "2",
        use_all_factor_levels: "true",
        family: "binomial",
        link: "logit",
      },
      columns,
      domains: ["0: 2 d000.txt", "4: 2 d001.txt"],
      details: parameters({ fold_column: { column_name: "fold" } }),
    });
  const counted = (features: number) =>
    verifyMojo(zip(model(features)))
      .findings.filter(({ message }) => /n_features|the features are/.test(message))
      .map(({ check }) => check);
  expect(counted(4)).toEqual([]);
  expect(counted(3)).toEqual(["columns-count"]);
});

it("lets a class without rows have an intercept of minus infinity, and the metalearner its own folds", () => {
  const info = {
    mojo_version: "1.00",
    algo: "glm",
    algorithm: "Generalized Linear Modeling",
    n_features: "2",
    use_all_factor_levels: "true",
    cats: "1",
    cat_offsets: "[0, 2]",
    nums: "1",
    mean_imputation: "true",
    num_means: "[0.5]",
    cat_modes: "[0]",
    beta: "[0.1, 0.2, 0.3, -Infinity]",
    family: "binomial",
    link: "logit",
  };
  const linear = (changes: Readonly<Record<string, string>> = {}) => [
    file("model.ini", ini({ ...info, ...changes }, ["c", "x", "y"], ["0: 2 d000.txt", "2: 2 d001.txt"])),
    file("domains/d000.txt", "a\nb\n"),
    file("domains/d001.txt", "no\nyes\n"),
    file("experimental/modelDetails.json", "{}"),
  ];
  expect(checks(linear())).toEqual([]);
  expect(checks(linear({ beta: "[0.1, 0.2, 0.3, NaN]" }))).toEqual(["coefficients"]);
  const fold = parameters({ metalearner_fold_column: { column_name: "c" } });
  expect(
    checks(gbm({ info: { n_features: "1" }, domains: ["1: 2 d000.txt", "2: 2 d001.txt"], details: fold })),
  ).toEqual([]);
});
