import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import type { Workload } from "../../src/model/workload.js";
import { generator } from "../support/generator.js";
import { goBinary, hasGo } from "../support/go.js";
import { clustersOf } from "../support/manifests.js";

/** Kustomize itself against our reading of kustomizations, on trees drawn with a fixed seed. */
const GENERATED = process.env.ORACLES === "full" ? 3_000 : 200;
const SEED = 20_251_124;
const PROGRAM = fileURLToPath(new URL("kubernetes", import.meta.url));

interface Container {
  readonly subject: string;
  readonly image: string;
  readonly args: readonly string[] | null;
  readonly env: Readonly<Record<string, string>>;
  readonly memory: string;
}
type Files = Readonly<Record<string, string>>;

function generatedTrees(count: number): Files[] {
  const below = generator(SEED);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  const some = <T>(from: readonly T[]): T[] => from.filter(() => below(2) === 0);
  const size = () => `${String(64 + below(4000))}Mi`;
  const variable = (name: string) => `{name: ${name}, value: "${pick(["-Xmx1g", "-Xmx2g", "", "x"])}"}`;
  const container = (name: string) => `{name: ${name}, image: ${pick(["registry.example/api:1", "tomcat", "redis:7@sha256:abc", "registry.example:5000/x/y"])}, env: [${["A", "B", "C"].map(variable).join(", ")}], args: [a, "${String(below(9))}"], resources: {limits: {memory: ${size()}}}}`;
  // Of custom resources, whose types Kustomize does not know, lists are replaced.
  const versionOf = (kind: string) => ({ Service: "serving.knative.dev/v1", Rollout: "argoproj.io/v1alpha1" })[kind] ?? "apps/v1";
  const object = (kind: string, name: string) => `apiVersion: ${versionOf(kind)}\nkind: ${kind}\nmetadata: {name: ${name}, labels: {tier: ${pick(["web", "db"])}}}\nspec:\n  selector: {matchLabels: {app: ${name}}}\n  template:\n    metadata: {labels: {app: ${name}}}\n    spec: {initContainers: [${container("init")}], containers: [${container("main")}, ${container("side")}]}\n`;

  const strategicContainer = (name: string) => {
    const env = pick([() => "", () => `, env: [${some(["A", "B", "D"]).map(variable).join(", ")}]`, () => ", env: [{name: A, $patch: delete}]", () => ", env: [{name: B, value: null}]", () => ", env: null"])();
    const rest = pick([() => "", () => `, resources: {limits: {memory: ${size()}}}`, () => ", resources: null", () => ", args: [z]", () => `, image: other:${String(below(9))}`, () => ", resources: {limits: {$patch: replace, cpu: 1}}"])();
    return pick([`{name: ${name}${env}${rest}}`, `{name: ${name}${env}${rest}}`, `{name: ${name}, $patch: delete}`]);
  };
  // A patch that names a container twice is not one that anybody writes; Kustomize takes the first.
  const strategicContainers = () => some(["main", "side", "new"]).map(strategicContainer).join(", ") || strategicContainer("main");
  const strategic = (kind: string, name: string) => `apiVersion: ${versionOf(kind)}\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: {template: {spec: {${pick(["containers", "containers", "initContainers"])}: [${strategicContainers()}]}}}\n`;
  const path = "/spec/template/spec/containers";
  const operation = () => pick([
    () => `{op: replace, path: ${path}/0/resources/limits/memory, value: ${size()}}`,
    () => `{op: add, path: ${path}/1/resources/limits/memory, value: ${size()}}`,
    () => `{op: remove, path: ${path}/${String(below(3))}/resources}`,
    () => `{op: add, path: ${path}/0/env/-, value: ${variable("E")}}`,
    () => `{op: add, path: ${path}/0/env/0, value: ${variable("F")}}`,
    () => `{op: replace, path: ${path}/1/env/1/value, value: new}`,
    () => `{op: remove, path: ${path}/1}`,
    () => `{op: add, path: ${path}/-, value: ${container("added")}}`,
    () => `{op: copy, from: ${path}/0/image, path: ${path}/1/image}`,
    () => `{op: move, from: ${path}/0/resources, path: ${path}/1/resources}`,
    () => `{op: test, path: /metadata/name, value: one}`,
    () => `{op: replace, path: /metadata/labels/a~1b, value: x}`,
  ])();
  const json = () => `[${Array.from({ length: 1 + below(2) }, operation).join(", ")}]`;
  const kinds = ["Deployment", "Deployment", "StatefulSet", "StatefulSet", "Service", "Rollout"] as const;
  const names = ["one", "two"] as const;
  const target = () => `target: {${pick([() => `kind: ${pick(kinds)}`, () => `kind: ${pick(kinds)}, name: ${pick(names)}`, () => "name: t.*", () => "labelSelector: tier=web", () => "kind: Deployment, labelSelector: tier=db"])()}}`;
  const inline = (text: string) => `patch: |-\n${text.trimEnd().replace(/^/gm, "      ")}\n`;

  return Array.from({ length: count }, () => {
    const files: Record<string, string> = {
      "base/kustomization.yaml": "resources: [one.yaml, two.yaml]\n",
      "base/one.yaml": object(pick(kinds), "one"),
      "base/two.yaml": object(pick(kinds), "two"),
    };
    const layer = (below_: string, name: string) => {
      const patches = Array.from({ length: below(3) }, (_, index) => {
        return pick([
          () => {
            files[`${name}/p${String(index)}.yaml`] = strategic(pick(kinds), pick(names));
            return `  - path: p${String(index)}.yaml\n`;
          },
          () => `  - ${inline(strategic(pick(kinds), pick(names)))}`,
          () => `  - ${target()}\n    ${inline(json())}`,
          () => `  - ${target()}\n    ${inline(strategic(pick(kinds), pick(names)))}`,
        ])();
      });
      const images = below(3) === 0 ? `images: [{name: ${pick(["tomcat", "registry.example/api", "registry.example:5000/x/y", "redis"])}, ${pick(["newTag: '10'", "newName: other/name", "digest: sha256:def", "newName: o, newTag: v2"])}}]\n` : "";
      files[`${name}/kustomization.yaml`] = `resources: [../${below_}]\n${patches.length > 0 ? `patches:\n${patches.join("")}` : ""}${images}`;
    };
    if (below(2) === 0) {
      layer("base", "middle");
      layer("middle", "over");
    } else layer("base", "over");
    return files;
  });
} // prettier-ignore

const ours = (workload: Workload): Container => ({
  subject: workload.subject,
  image: workload.image?.value ?? "",
  args: workload.command?.form === "list" ? workload.command.words.map(({ value }) => value) : null,
  env: Object.fromEntries([...workload.environment].map(([name, text]) => [name, text?.value ?? ""])),
  memory: workload.memoryLimit?.places[0]?.text.value ?? "",
});
/** What each container is, as one text, with its variables in order of their names. */
const bySubject = (containers: readonly Container[]) =>
  new Map(
    containers.map(({ subject, image, args, env, memory }) => {
      const variables = Object.entries(env).toSorted(([one], [other]) => (one < other ? -1 : 1));
      return [subject, JSON.stringify([image, args ?? [], variables, memory])];
    }),
  );

if (!hasGo()) console.log("NOT RUN: the oracle of kustomizations, because there is no `go` on the PATH.");

describe.skipIf(!hasGo())("our kustomizations and Kustomize's agree", () => {
  let binary = "";
  beforeAll(() => {
    binary = goBinary(PROGRAM);
  }, 600_000);

  test(`on ${String(GENERATED)} generated trees (seed ${String(SEED)})`, () => {
    const trees = generatedTrees(GENERATED);
    const input = trees.map((files) => JSON.stringify(files)).join("\n");
    const answers = execFileSync(binary, { input, encoding: "utf8", maxBuffer: 2 ** 28, stdio: ["pipe", "pipe", "ignore"] }).trimEnd().split("\n"); // prettier-ignore
    let compared = 0;
    const differences = trees.flatMap((files, index) => {
      const answer = JSON.parse(answers[index] ?? "null") as string | readonly Container[];
      const projects = clustersOf(files);
      // What Kustomize refuses to build is nobody's workload; reading it must not fail.
      if (typeof answer === "string") return [];
      compared++;
      const actual = bySubject(projects.flatMap(({ workloads }) => workloads).map(ours));
      const expected = bySubject(answer);
      const subjects = new Set([...actual.keys(), ...expected.keys()]);
      const apart = [...subjects].filter((subject) => actual.get(subject) !== expected.get(subject));
      if (apart.length === 0) return [];
      const told = apart.map((subject) => `${subject}\n  ours ${actual.get(subject) ?? "-"}\n  Kustomize ${expected.get(subject) ?? "-"}`); // prettier-ignore
      const written = Object.entries(files).map(([name, text]) => `# ${name}\n${text}`);
      return [[...told, ...written].join("\n")];
    });
    expect(differences.slice(0, 3).join("\n\n")).toBe("");
    expect(compared).toBeGreaterThan(GENERATED / 3);
  }, 3_600_000);
});
