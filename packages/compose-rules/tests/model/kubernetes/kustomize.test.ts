import { describe, expect, test } from "vitest";
import { literalPlaceOf } from "../../../src/language/text.js";
import type { Workload } from "../../../src/model/workload.js";
import { clustersOf } from "../../support/manifests.js";

const MIB = 2 ** 20;

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  labels: { tier: web }
spec:
  template:
    metadata: { labels: { app: api } }
    spec:
      containers:
        - name: main
          image: registry.example/api:1
          env:
            - { name: JAVA_TOOL_OPTIONS, value: -Xmx1g }
            - { name: KEEP, value: "1" }
          resources: { limits: { memory: 1Gi } }
        - { name: side, image: registry.example/side }
`;
const BASE = { "base/kustomization.yaml": "resources: [api.yaml]\n", "base/api.yaml": DEPLOYMENT };

/** The containers of the only project. */
function built(overlay: string, more: Readonly<Record<string, string>> = {}): readonly Workload[] {
  const projects = clustersOf({ ...BASE, "prod/kustomization.yaml": overlay, ...more });
  expect(projects).toHaveLength(1);
  return projects[0]?.workloads ?? [];
}
const limitOf = (workloads: readonly Workload[]) => workloads[0]?.memoryLimit?.bytes;
const variable = (workloads: readonly Workload[], name: string) => workloads[0]?.environment.get(name)?.value;

const PATCH = `apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  template:
    spec:
      containers:
        - name: main
          env: [{ name: JAVA_TOOL_OPTIONS, value: -Xmx2g }]
          resources: { limits: { memory: 4Gi } }
        - { name: side, $patch: delete }
`;

test("an overlay builds on its base, and only the overlay is a project", () => {
  const workloads = built("resources: [../base]\n");
  expect(workloads.map(({ subject }) => subject)).toEqual(["Deployment/api/containers/main", "Deployment/api/containers/side"]); // prettier-ignore
  expect(limitOf(workloads)).toBe(1024 * MIB);
});

describe("strategic merge patches", () => {
  const expectPatched = (workloads: readonly Workload[]) => {
    expect(workloads.map(({ name }) => name)).toEqual(["api/main"]);
    expect(limitOf(workloads)).toBe(4096 * MIB);
    expect([variable(workloads, "JAVA_TOOL_OPTIONS"), variable(workloads, "KEEP")]).toEqual(["-Xmx2g", "1"]);
  };

  test("in files", () => {
    expectPatched(built("bases: [../base]\npatchesStrategicMerge: [p.yaml]\n", { "prod/p.yaml": PATCH }));
    expectPatched(built("resources: [../base]\npatches: [{path: p.yaml}]\n", { "prod/p.yaml": PATCH }));
  });

  test("written in the kustomization, where each value keeps its place", () => {
    const inline = `resources: [../base]\npatches:\n  - target: { kind: Deployment, name: a.* }\n    patch: |-\n${PATCH.replace(/^/gm, "      ")}\n`;
    const workloads = built(inline);
    expectPatched(workloads);
    const text = workloads[0]?.environment.get("JAVA_TOOL_OPTIONS");
    const place = text && literalPlaceOf(text);
    expect(place?.path).toBe("/project/prod/kustomization.yaml");
    expect(inline.slice(...(place?.range ?? [0, 0]))).toBe("-Xmx2g");
  });
});

describe("JSON patches", () => {
  const overlay = (operations: string, target = "{kind: Deployment, name: api}") =>
    `resources: [../base]\npatches:\n  - target: ${target}\n    patch: |\n${operations.replace(/^/gm, "      ")}\n`;
  const memory = "/spec/template/spec/containers/0/resources/limits/memory";

  test("replace, add, remove, move", () => {
    expect(limitOf(built(overlay(`- {op: replace, path: ${memory}, value: 3Gi}`)))).toBe(3072 * MIB);
    expect(limitOf(built(overlay(`- {op: remove, path: ${memory}}`)))).toBeUndefined();
    const add = `- {op: add, path: /spec/template/spec/containers/0/env/-, value: {name: NEW, value: x}}\n- {op: test, path: /kind, value: Deployment}`;
    expect(variable(built(overlay(add)), "NEW")).toBe("x");
    const move =
      "- {op: move, from: /spec/template/spec/containers/0, path: /spec/template/spec/containers/1}";
    expect(built(overlay(move)).map(({ name }) => name)).toEqual(["api/side", "api/main"]);
  });

  test("only for their target, and only where they fit", () => {
    const replace = `- {op: replace, path: ${memory}, value: 3Gi}`;
    for (const target of ["{kind: StatefulSet}", "{name: other}", "{labelSelector: tier=db}"]) {
      expect(limitOf(built(overlay(replace, target)))).toBe(1024 * MIB);
    }
    expect(limitOf(built(overlay(replace, "{labelSelector: tier=web}")))).toBe(3072 * MIB);
    expect(limitOf(built(overlay("- {op: replace, path: /spec/none/deep, value: 1}")))).toBe(1024 * MIB);
  });
});

test("generators, images and the namespace", () => {
  const workloads = built(
    `namespace: prod
resources: [../base, extra.yaml]
images: [{ name: registry.example/api, newName: tomcat, newTag: "10" }]
configMapGenerator: [{ name: jvm, literals: [CATALINA_OPTS=-Xmx3g], files: [a.txt], envs: [b.env] }]
patches: [{ path: p.yaml }]
`,
    {
      "prod/a.txt": "text",
      "prod/b.env": "# no\nFROM_FILE=1\n",
      "prod/extra.yaml": "apiVersion: v1\nkind: LimitRange\nmetadata: {name: r, namespace: prod}\nspec: {limits: [{type: Container, default: {memory: 512Mi}}]}\n",
      "prod/p.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec: {template: {spec: {containers: [{name: main, envFrom: [{configMapRef: {name: jvm}}]}]}}}\n",
    },
  ); // prettier-ignore
  expect(workloads[0]?.image?.value).toBe("tomcat:10");
  expect([variable(workloads, "CATALINA_OPTS"), variable(workloads, "FROM_FILE"), variable(workloads, "a.txt")]).toEqual(["-Xmx3g", "1", "text"]); // prettier-ignore
  expect(workloads[1]?.memoryLimit?.bytes).toBe(512 * MIB);
});

test("what cannot be read is said; circles end", () => {
  const [project] = clustersOf({
    "k/kustomization.yaml": "resources: [https://example.com/x?ref=1, missing.yaml, ../k, api.yaml]\n",
    "k/api.yaml": DEPLOYMENT,
  });
  expect(project?.problems.map(({ kind }) => kind)).toEqual(["unread", "refused", "refused"]);
  expect(project?.workloads).toHaveLength(2);
});

test("what charts and programs bring in is said to be unknown", () => {
  const [project] = clustersOf({ "k/kustomization.yaml": "helmCharts: [{name: redis}]\ntransformers: [t.yaml]\nreplacements:\nresources: [api.yaml]\n", "k/api.yaml": DEPLOYMENT }); // prettier-ignore
  expect(project?.problems.map(({ message, kind }) => `${kind} ${message}`)).toEqual([
    'unread What "helmCharts" makes of the objects, only Kustomize knows.',
    'unread What "transformers" makes of the objects, only Kustomize knows.',
  ]);
});

test("kustomizations in a circle are somebody's all the same", () => {
  const projects = clustersOf({
    "a/kustomization.yaml": "resources: [../b, api.yaml]\n",
    "a/api.yaml": DEPLOYMENT,
    "b/kustomization.yaml": "resources: [../a]\n",
  });
  expect(
    projects.map(({ workloads, problems }) => [workloads.length, problems.map(({ kind }) => kind)]),
  ).toEqual([[2, ["refused"]]]);
});

test.each([
  ["namePrefix: dev-\nnameSuffix: -1\n", "namespace: prod\n", ["dev-api-1", "api"]],
  ["namespace: dev\n", "namespace: prod\n", ["dev/api", "prod/api"]],
])("copies of one base in one cluster have names of their own: %j", (dev, prod, names) => {
  const [project] = clustersOf({
    ...BASE,
    "dev/kustomization.yaml": `${dev}resources: [../base]\n`,
    "prod/kustomization.yaml": `${prod}resources: [../base]\n`,
    "all/kustomization.yaml": "resources: [../dev, ../prod]\n",
  });
  const mains = (project?.workloads ?? []).filter(({ subject }) => subject.endsWith("/main"));
  expect(mains.map(({ subject, name }) => [subject, name])).toEqual(
    names.map((name) => [`Deployment/${name}/containers/main`, `${name}/main`]),
  );
});

test("loose manifests: one project a directory, seen with what is above", () => {
  const configMap = (namespace: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: jvm${namespace}}\ndata: {A: "1"}\n`;
  const pod = (map: string, namespace = "") =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: p${namespace}}\nspec: {containers: [{name: c, envFrom: [{configMapRef: {name: ${map}}}]}]}\n`;
  const projects = clustersOf({
    "k8s/config.yaml": configMap(""),
    "k8s/api/pod.yaml": pod("jvm"),
    "elsewhere/pod.yaml": pod("jvm"),
    "other/config.yaml": configMap(", namespace: n"),
    "far/pod.yaml": pod("jvm", ", namespace: n"),
  });
  const known = projects.flatMap(({ workloads, files }) =>
    workloads.map(({ hasUnknownEnvironment }) => [files[0], hasUnknownEnvironment]),
  );
  expect(known).toEqual([["/project/elsewhere/pod.yaml", true], ["/project/far/pod.yaml", true], ["/project/k8s/api/pod.yaml", false]]); // prettier-ignore
});

test("values of a chart: only what well-known keys size", () => {
  const values = `replicas: 1
resources: { limits: { memory: 1Gi } }
kafka:
  heapOpts: -Xmx3g -Xms3g
  resources: { limits: { memory: 4Gi } }
elasticsearch:
  master: { heapSize: 2g, resources: { limits: { memory: 2Gi } } }
api:
  image: { repository: registry.example/api }
  extraEnvVars: [{ name: JAVA_TOOL_OPTIONS, value: -Xmx512m }]
  resources: { limits: { memory: 1Gi } }
python: { env: { WORKERS: "4" }, resources: { limits: { memory: 1Gi } } }
`;
  const [project] = clustersOf({
    "c/Chart.yaml": "apiVersion: v2\nname: c\n",
    "c/values.yaml": values,
    "c/templates/d.yaml": "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: {{ .x }}}]}\n",
  });
  expect(project?.workloads.map(({ subject }) => subject)).toEqual(["values.kafka", "values.elasticsearch.master", "values.api"]); // prettier-ignore
  expect(project?.workloads.map(({ memoryLimit }) => (memoryLimit?.bytes ?? 0) / MIB)).toEqual([4096, 2048, 1024]); // prettier-ignore
});

describe("what an overlay changes by other ways", () => {
  const LIMIT = "[{op: replace, path: /spec/template/spec/containers/0/resources/limits/memory, value: 2Gi}]";
  const patch = (target: string) =>
    `resources: [../base]\npatches: [{target: ${target}, patch: '${LIMIT}'}]\n`;

  test("a component patches the resources of the one that names it", () => {
    const workloads = built("resources: [../base]\ncomponents: [../big]\n", {
      "big/kustomization.yaml": `kind: Component\npatches: [{target: {kind: Deployment}, patch: '${LIMIT}'}]\n`,
    });
    expect(limitOf(workloads)).toBe(2048 * MIB);
  });

  test("a patch may call an object by the name it has by now", () => {
    const workloads = built("resources: [../named]\npatches: [{path: patch.yaml}]\n", {
      "named/kustomization.yaml": "resources: [../base]\nnamePrefix: ml-\n",
      "prod/patch.yaml": PATCH.replace("name: api", "name: ml-api"),
    });
    expect(variable(workloads, "JAVA_TOOL_OPTIONS")).toBe("-Xmx2g");
  });

  test.each([
    ['{labelSelector: "tier in (web, x)"}', 2048],
    ['{labelSelector: "tier!=ml"}', 2048],
    ['{labelSelector: "tier"}', 2048],
    ['{labelSelector: "!tier"}', 1024],
    ['{labelSelector: "tier notin (web)"}', 1024],
    ['{annotationSelector: "a=b"}', 1024],
    ['{name: "ap.+"}', 2048],
    ['{name: "[a-z]+"}', 2048],
    ['{name: "b.*"}', 1024],
  ])("a patch for %s", (target, mebibytes) => {
    expect(limitOf(built(patch(target)))).toBe(mebibytes * MIB);
  });

  test("a generator merges into the one below", () => {
    const env = "envFrom: [{configMapRef: {name: c}}]\n          resources:";
    const [project] = clustersOf({
      "prod/kustomization.yaml":
        "resources: [../config]\nconfigMapGenerator: [{name: c, behavior: merge, literals: [KEEP=2]}]\n",
      "config/kustomization.yaml":
        "resources: [api.yaml]\nconfigMapGenerator: [{name: c, literals: [KEEP=1, MORE=3]}]\n",
      "config/api.yaml": DEPLOYMENT.replace(/env:[^]*?resources:/, env),
    });
    const workloads = project?.workloads ?? [];
    expect([variable(workloads, "KEEP"), variable(workloads, "MORE")]).toEqual(["2", "3"]);
  });

  test("kustomizations that name each other many times over come to an end", () => {
    const wide = (next: string) => `resources: [${Array<string>(10).fill(next).join(", ")}]\n`;
    const folders = Array.from({ length: 12 }, (_, i) => [
      `l${String(i)}/kustomization.yaml`,
      wide(`../l${String(i + 1)}`),
    ]);
    const projects = clustersOf({
      ...(Object.fromEntries(folders) as Record<string, string>),
      "l12/kustomization.yaml": "resources: [api.yaml]\n",
      "l12/api.yaml": DEPLOYMENT,
    });
    expect(projects.length).toBeGreaterThan(0);
  });
});
