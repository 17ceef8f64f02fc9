import { deflateRawSync } from "node:zlib";
import { expect, it } from "vitest";
import { verifyMojo } from "../src/verifier.js";
import { file, gbm, ini } from "./archives.js";
import { zip } from "./zip-writer.js";

/** Archives made to break the verifier: what they declare is not what they are. */

const checks = (bytes: Uint8Array) => [...new Set(verifyMojo(bytes).findings.map(({ check }) => check))];

it("asks for the ratio of an archive as a whole, too", () => {
  const zeros = { bytes: new Uint8Array(), packed: deflateRawSync(new Uint8Array(1 << 24)), size: 1 << 24 };
  const bomb = [1, 2, 3, 4].map((index) => ({ name: `bomb ${index}`, ...zeros }));
  expect(checks(zip([...gbm(), ...bomb]))).toEqual(["zip-limit"]);
  expect(checks(zip([...gbm(), bomb[0]!]))).not.toContain("zip-limit");
});

it("makes no room for base models that are only counted", () => {
  const info = {
    mojo_version: "1.01",
    algo: "stackedensemble",
    algorithm: "Stacked Ensemble",
    submodel_count: "0",
    base_models_num: "2147483647",
    metalearner: "m",
    metalearner_transform: "NONE",
  };
  const details = { parameters: [{ name: "base_models", actual_value: [{ name: "a" }, { name: "b" }] }] };
  const parts = [
    file("model.ini", ini(info, ["x", "c", "y"], ["1: 2 d000.txt", "2: 2 d001.txt"])),
    file("domains/d000.txt", "a\nb\n"),
    file("domains/d001.txt", "no\nyes\n"),
    file("experimental/modelDetails.json", JSON.stringify(details)),
  ];
  const messages = verifyMojo(zip(parts)).findings.map(({ message }) => message);
  expect(messages).toContain("base_models_num is 2147483647; no ensemble has so many.");
  expect(messages).toContain("base_models_num is 2147483647; the model was trained with 2.");
});

it("sums up hundreds of thousands of trees", () => {
  const count = 150_000;
  // One leaf that all rows end in.
  const leaf = Buffer.alloc(13);
  leaf.writeInt32LE(2, 0);
  leaf.write("L", 8);
  leaf.writeInt32LE(256, 9);
  const info = {
    mojo_version: "1.00",
    algo: "extendedisolationforest",
    algorithm: "Extended Isolation Forest",
    category: "AnomalyDetection",
    supervised: "false",
    n_classes: "1",
    n_columns: "2",
    n_domains: "0",
    prior_class_distrib: "null",
    model_class_distrib: "null",
    ntrees: String(count),
    sample_size: "256",
  };
  const bytes = new Uint8Array(leaf);
  const trees = Array.from({ length: count }, (_, tree) => ({
    name: `trees/t${String(tree).padStart(2, "0")}.bin`,
    bytes,
    method: 0,
  }));
  const model = [file("model.ini", ini(info, ["x", "z"], [])), file("experimental/modelDetails.json", "{}")];
  expect(checks(zip([...trees, ...model]))).toEqual([]);
});
