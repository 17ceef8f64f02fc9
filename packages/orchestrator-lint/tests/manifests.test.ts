import { describe, expect, it } from "vitest";
import { places, run, tree } from "./support/cli.js";

const deployment = (heap: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  template:
    spec:
      containers:
        - name: main
          image: eclipse-temurin:21
          command: [java, ${heap}, -jar, api.jar]
          resources: { limits: { memory: 1Gi } }
`;

const check = (files: Record<string, string>, ...more: string[]) =>
  run(tree(files), ["check", ".", "--engine", "eslint", "--view", "physical", "--format", "json", ...more]);

describe("Kubernetes manifests in a tree", () => {
  it("are found by content, in YAML and where JSON may hold them", () => {
    const json = JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: { containers: [{ name: "c", image: "x", command: ["java", "-Xmx1g"], resources: { limits: { memory: "1Gi" } } }] } }); // prettier-ignore
    const { stdout, stderr } = check({
      "k8s/pod.json": json,
      "deep/down/api.yml": deployment("-Xmx1g"),
      "package.json": json,
      "config.yml": "apiVersion: 1\nkind: nothing\n",
    });
    expect(places(stdout)).toEqual([
      "api.yml:10:27 max-jvm-heap-ratio",
      `pod.json:1:${String(json.indexOf('"-Xmx1g"') + 2)} max-jvm-heap-ratio`,
    ]);
    expect(stderr).toContain("Checked 2 Kubernetes manifests.");
  });

  it("are judged as a kustomization builds them, each finding where it is to be edited", () => {
    const patch = `apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec: { template: { spec: { containers: [{ name: main, resources: { limits: { memory: 4Gi } } }] } } }
`;
    const base = { "base/kustomization.yaml": "resources: [api.yaml]\n", "base/api.yaml": deployment("-Xmx1g") };
    const overlay = "resources: [../base]\npatches: [{ path: memory.yaml }]\n";
    expect(places(check(base).stdout)).toEqual(["api.yaml:10:27 max-jvm-heap-ratio"]);
    expect(places(check({ ...base, "prod/kustomization.yaml": overlay, "prod/memory.yaml": patch }).stdout)).toEqual([]);
    const small = patch.replace("4Gi", "1200Mi");
    expect(places(check({ ...base, "prod/kustomization.yaml": overlay, "prod/memory.yaml": small }).stdout)).toEqual(["api.yaml:10:27 max-jvm-heap-ratio"]);
  }); // prettier-ignore

  it("in templates of a chart are a result for the chart, not silence", () => {
    const files = {
      "chart/Chart.yaml": "apiVersion: v2\nname: chart\n",
      "chart/values.yaml": "kafka: { heapOpts: -Xmx1g, resources: { limits: { memory: 1Gi } } }\n",
      "chart/templates/a.yaml": deployment("{{ .Values.heap }}"),
      "chart/templates/b.yaml": deployment("{{ .Values.heap }}"),
      "chart/templates/plain.yaml": deployment("-Xmx1000m"),
    };
    const { stdout } = check(files);
    expect(places(stdout)).toEqual([
      "Chart.yaml:1:1 unread-file",
      "plain.yaml:10:27 max-jvm-heap-ratio",
      "values.yaml:1:20 max-jvm-heap-ratio",
    ]);
    expect(stdout).toContain("2 templates need Helm to be filled in");
    expect(check(files, "--strict-parse").stdout).toContain('"severity": 2');
  });
});
