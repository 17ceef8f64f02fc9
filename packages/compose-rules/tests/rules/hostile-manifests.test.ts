import { Linter } from "eslint";
import { describe, expect, test } from "vitest";
import * as yamlParser from "yaml-eslint-parser";
import { rules } from "../../src/index.js";

/** Every rule over a manifest that is on no disk. */
function lint(text: string) {
  const enabled = Object.fromEntries(Object.keys(rules).map((name) => [`o/${name}`, "error"]));
  const config = [{ files: ["**/*.yaml"], plugins: { o: { rules } }, rules: enabled, languageOptions: { parser: yamlParser } }]; // prettier-ignore
  return new Linter({ configType: "flat" }).verify(text, config as never, { filename: "nowhere.yaml" });
}

const CONTAINER = "{name: c, image: x, command: [java, -Xmx1g, -jar, a], resources: {limits: {memory: 1Gi}}}";
const POD = `apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {containers: [${CONTAINER}]}
`;
const found = (text: string) => lint(text).map(({ ruleId, fatal }) => (fatal ? "fatal" : ruleId));

describe("hostile manifests", () => {
  test("10 MB of objects and comments are read", () => {
    const map = (n: number) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m${String(n)}}\ndata: {A: "${"x".repeat(900)}"}\n---\n`; // prettier-ignore
    const text = Array.from({ length: 1_500 }, (_, n) => map(n)).join("") + `# ${"y".repeat(998)}\n`.repeat(9_000) + POD; // prettier-ignore
    expect(text.length).toBeGreaterThan(10_000_000);
    expect(found(text)).toEqual(["o/max-jvm-heap-ratio"]);
  });

  test("thousands of pods and Services take a time that grows with them, not with their square", () => {
    const pair = (n: number) => POD.replace("{name: p}", `{name: p${String(n)}, labels: {app: a${String(n)}}}`) + `---\napiVersion: v1\nkind: Service\nmetadata: {name: s${String(n)}}\nspec: {selector: {app: a${String(n)}}, ports: [{port: 80}]}\n---\n`; // prettier-ignore
    const timeOf = (count: number) => {
      const text = Array.from({ length: count }, (_, n) => pair(n)).join("");
      const started = process.cpuUsage();
      expect(found(text)).toHaveLength(count);
      return process.cpuUsage(started).user;
    };
    timeOf(250);
    expect(timeOf(2_000) / timeOf(250)).toBeLessThan(24);
  });

  test("aliases that would unfold to billions of containers", () => {
    const levels = Array.from({ length: 30 }, (_, n) => `x${String(n + 1)}: &a${String(n + 1)} [${`*a${String(n)},`.repeat(9)}]`); // prettier-ignore
    const bomb = ["x0: &a0 [x]", ...levels].join("\n");
    const text = POD.replace("spec:", `${bomb}\nspec:`).replace("command: [java", "env: *a30, args: *a30, command: [java"); // prettier-ignore
    expect(found(text)).toEqual(["o/max-jvm-heap-ratio"]);
  });

  test("aliases and merge keys that lead back to themselves", () => {
    expect(found(`${POD}x: &x {<<: *x, y: *x}\n`)).toEqual(["o/max-jvm-heap-ratio"]);
  });

  test("variables that double with each reference", () => {
    const env = Array.from({ length: 60 }, (_, n) => `{name: V${String(n + 1)}, value: "$(V${String(n)})$(V${String(n)})"}`); // prettier-ignore
    const text = POD.replace("command:", `env: [{name: V0, value: xxxxxxxx}, ${env.join(", ")}], command:`).replace("-jar, a", "-jar, $(V60)"); // prettier-ignore
    expect(found(text)).toEqual(["o/max-jvm-heap-ratio"]);
  });

  test("duplicate keys and tabs are the parser's to report", () => {
    expect(found(`${POD}kind: Service\n`)).toEqual(["fatal"]);
    expect(found(POD.replace("spec:", "spec:\n\tx: y\n"))).toEqual(["fatal"]);
  });

  test.each([
    ["apiVersion: v1\nkind: Pod\n"],
    ["apiVersion: v1\nkind: Pod\nspec: text\n"],
    ["apiVersion: v1\nkind: Pod\nspec: {containers: {a: b}}\n"],
    ["apiVersion: v1\nkind: Pod\nspec: {containers: [text, 7, null, [x]]}\n"],
    ["apiVersion: v1\nkind: Pod\nspec: {containers: [{name: [x], image: {}, env: {a: b}, envFrom: [x], command: java, resources: [x], ports: x, volumeMounts: [x]}], volumes: x}\n"],
    ["apiVersion: v1\nkind: List\nitems: {a: b}\n"],
    ["apiVersion: v1\nkind: Service\nspec: {selector: [x], ports: y}\n---\napiVersion: v1\nkind: LimitRange\nspec: {limits: {a: b}}\n"],
    ["apiVersion: kafka.strimzi.io/v1beta2\nkind: Kafka\nspec: {kafka: [x]}\n"],
    ["apiVersion: elasticsearch.k8s.elastic.co/v1\nkind: Elasticsearch\nspec: {nodeSets: {a: b}}\n"],
    ["{{ .Values.x }}\n"],
    [`${"apiVersion: v1\nkind: List\nitems: [".replaceAll("\n", ", ").replace("apiVersion", "{apiVersion").repeat(12)}${"]}".repeat(12)}\n`],
  ])("%j has nothing to report, and does not crash", (text) => {
    expect(found(text).filter((rule) => rule !== "fatal")).toEqual([]);
  }); // prettier-ignore
});
