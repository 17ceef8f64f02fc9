import { isClose } from "../agree.js";
import type { Mojo } from "../mojo.js";
import { DISTRIBUTIONS } from "../names.js";
import { checkEncodingSince } from "./encoding.js";
import { checkExpansion } from "./glm.js";

const ACTIVATIONS = [
  "Linear",
  "Softmax",
  "ExpRectifierWithDropout",
  "ExpRectifier",
  "Rectifier",
  "RectifierWithDropout",
  "MaxoutWithDropout",
  "Maxout",
  "TanhWithDropout",
  "Tanh",
] as const;

/** Deep learning: the shapes of weights and biases from the inputs to the outputs, and H2O's own means of them. */
export function checkNetwork(mojo: Mojo): void {
  const { info, findings, category, classes = 1, details } = mojo;
  const report = (message: string, key: string) => {
    findings.add("network-shape", message, info.where(key));
  };
  const distribution = info.word("distribution", DISTRIBUTIONS);
  const activation = info.word("activation", ACTIVATIONS);
  const described = details?.parameter("activation");
  if (activation !== undefined && typeof described === "string" && described !== activation) {
    findings.add(
      "details-mismatch",
      `The activation is ${activation}; the model was trained with ${described}.`,
      info.where("activation"),
    );
  }
  const trainedWith = details?.parameter("distribution");
  if (
    distribution !== undefined &&
    typeof trainedWith === "string" &&
    trainedWith !== "AUTO" &&
    trainedWith !== distribution
  ) {
    findings.add(
      "details-mismatch",
      `The distribution is ${distribution}; the model was trained with ${trainedWith}.`,
      info.where("distribution"),
    );
  }
  checkEncodingSince(mojo, 1.1);
  const expansion = checkExpansion(
    mojo,
    { cats: "cats", nums: "nums", offsets: "cat_offsets" },
    "network-shape",
    { extra: [0, 1] },
  );
  const units = info.ints("neural_network_sizes");
  const dropouts = info.doubles("hidden_dropout_ratios");
  const isImputed = info.bool("mean_imputation");
  if (!units || !expansion) return;
  if (units.length < 2 || units.some((size) => size < 1))
    report("The network has no layers.", "neural_network_sizes");
  if (units[0] !== expansion.width)
    report(
      `The network takes ${units[0] ?? 0} inputs; the columns make ${expansion.width}.`,
      "neural_network_sizes",
    );
  const outputs = category === "AutoEncoder" ? units[0] : classes;
  if (units.at(-1) !== outputs)
    report(
      `The network has ${units.at(-1) ?? 0} outputs; ${outputs ?? 0} are scored.`,
      "neural_network_sizes",
    );
  if (
    dropouts &&
    (dropouts.length < units.length - 1 || dropouts.some((ratio) => !(ratio >= 0 && ratio < 1)))
  ) {
    report(
      `hidden_dropout_ratios does not have one ratio for each of ${units.length - 1} layers.`,
      "hidden_dropout_ratios",
    );
  }
  for (const key of ["norm_mul", "norm_sub"]) {
    const values = info.raw(key) === "[]" ? new Float64Array() : info.optional(key, "doubles");
    if (values && values.length !== 0 && values.length !== expansion.nums)
      report(`${key} has ${values.length} numbers for ${expansion.nums} columns of numbers.`, key);
    if (values) compareList(mojo, key, key === "norm_mul" ? "normmul" : "normsub", values);
  }
  const responses = ["norm_resp_mul", "norm_resp_sub"].map((key) => info.optional(key, "doubles"));
  if ((responses[0] === undefined) !== (responses[1] === undefined))
    report("norm_resp_mul and norm_resp_sub are not there together.", "norm_resp_mul");
  for (const [index, values] of responses.entries()) {
    const key = index === 0 ? "norm_resp_mul" : "norm_resp_sub";
    if (values) compareList(mojo, key, index === 0 ? "normrespmul" : "normrespsub", values);
    else if (
      mojo.details &&
      mojo.isSupervised &&
      Array.isArray(mojo.details.output(index === 0 ? "normrespmul" : "normrespsub"))
    )
      report(`${key} is missing; the model was trained with it.`, key);
  }
  if (isImputed === true && expansion.cats > 0) {
    const modes = info.ints("cat_modes");
    const isLevel = (mode: number, column: number) =>
      mode >= 0 && mode <= expansion.offsets[column + 1]! - expansion.offsets[column]!;
    if (modes && (modes.length !== expansion.cats || !modes.every(isLevel)))
      report(`cat_modes does not name one level of each of the ${expansion.cats} categories.`, "cat_modes");
  }
  const pieces = activation?.startsWith("Maxout") ? 2 : 1;
  for (let layer = 0; layer + 1 < units.length && layer < 1000; layer++) {
    const isLast = layer + 2 === units.length;
    checkLayer(
      mojo,
      layer,
      units[layer]!,
      units[layer + 1]!,
      isLast && category !== "AutoEncoder" ? 1 : pieces,
    );
  }
}

function checkLayer(
  { info, findings, details }: Mojo,
  layer: number,
  inputs: number,
  outputs: number,
  pieces: number,
): void {
  const [weightKey, biasKey] = [`weight_layer${layer}`, `bias_layer${layer}`];
  const [weights, biases] = [info.doubles(weightKey), info.doubles(biasKey)];
  const expect = (key: string, values: Float64Array | undefined, size: number) => {
    if (values && values.length !== size)
      findings.add(
        "network-shape",
        `${key} has ${values.length} numbers; the layer takes ${size}.`,
        info.where(key),
      );
    if (values?.some((value) => !Number.isFinite(value)))
      findings.add("network-shape", `${key} has a number that is not finite.`, info.where(key));
  };
  expect(weightKey, weights, inputs * outputs * pieces);
  expect(biasKey, biases, outputs * pieces);
  const summary = details?.table("model_summary");
  for (const [values, column, key] of [
    [weights, "mean_weight", weightKey],
    [biases, "mean_bias", biasKey],
  ] as const) {
    const described = summary?.get(column)?.[layer + 1];
    if (typeof described !== "number" || !values || values.length === 0) continue;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const size = values.reduce((sum, value) => Math.max(sum, Math.abs(value)), 0);
    // A mean near zero is the difference of large numbers: it is as exact as they are.
    if (Math.abs(mean - described) > 1e-5 * Math.max(1e-3, size)) {
      findings.add(
        "details-mismatch",
        `The mean of ${key} is ${mean}; H2O's own description says ${described}.`,
        info.where(key),
      );
    }
  }
}

/** A list of numbers of the archive against the one of the details. */
function compareList(
  { details, info, findings }: Mojo,
  key: string,
  name: string,
  values: Float64Array,
): void {
  const described = details?.output(name);
  if (!Array.isArray(described) || described.length !== values.length) return;
  const isSame = values.every(
    (value, index) => typeof described[index] !== "number" || isClose(described[index], value, 1e-9),
  );
  if (!isSame)
    findings.add("details-mismatch", `${key} is not what H2O's own description says.`, info.where(key));
}
