import { describe, expect, test } from "vitest";
import { UNKNOWN } from "../../../src/language/text.js";
import { isCompose } from "../../../src/model/compose/recognise.js";
import { editOf } from "../../../src/model/workload.js";
import { fileOf, projectOf, serviceOf } from "../../support/parse.js";

describe("Compose files are told by their content", () => {
  test.each([
    ["a service", "services:\n  a:\n    image: b\n"],
    ["an old version", 'version: "2"\nservices:\n  a: {build: .}\nvolumes: {d: }\n'],
    ["extension fields", "x-a: &a\n  restart: always\nservices:\n  a:\n    <<: *a\n"],
    ["an override that only limits", "services:\n  a:\n    mem_limit: 1g\n  b:\n"],
    ["JSON", '{"services": {"a": {"image": "b"}}}'],
    ["several documents", "---\nservices:\n  a: {image: b}\n---\nnetworks: {n: }\n"],
  ])("%s is Compose", (_title, text) => {
    expect(isCompose(fileOf(text))).toBe(true);
  });

  test.each([
    ["nothing", ""],
    ["a list", "- services"],
    ["a scalar", "services"],
    ["empty services", "services:\n"],
    ["a service without content", "services:\n  a:\n"],
    ["services in a list", "services:\n  - name: a\n    image: b\n"],
    ["services that are texts", "services:\n  a: image\n"],
    ["a workflow", "on: push\njobs:\n  a:\n    services:\n      db: {image: postgres}\n"],
    ["OpenAPI", 'openapi: "3.1.0"\ninfo: {title: a}\npaths: {}\nservices:\n  a: {image: b}\n'],
    ["a Kubernetes manifest", "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: []}\n"],
    ["Symfony's services", "services:\n  _defaults: {autowire: true}\n  App\\Mailer: {arguments: [a]}\n"],
    ["Lando", "name: a\nservices:\n  appserver: {type: php}\n"],
    ["a pipeline with services", "image: a\nservices:\n  a: {image: b}\n"],
  ])("%s is not", (_title, text) => {
    expect(isCompose(fileOf(text))).toBe(false);
  });
});

const values = (text: string, name?: string) =>
  Object.fromEntries(
    [...serviceOf(text, name).environment].map(([key, value]) => [key, value?.value ?? null]),
  );

test("environment is read in both notations", () => {
  expect(values("services:\n  s:\n    environment: [A=1, B, C=, D=x=y]\n")).toEqual({
    A: "1",
    B: UNKNOWN,
    C: "",
    D: "x=y",
  });
  expect(values('services:\n  s:\n    environment:\n      A: 1\n      B:\n      C: ""\n      E: true\n      F: 1.5\n')).toEqual({ A: "1", B: UNKNOWN, C: "", E: "true", F: "1.5" }); // prettier-ignore
});

test("a merge key is shallow, and explicit keys win wherever they stand", () => {
  const text = `
x-a: &a {mem_limit: 1g, environment: {A: "1"}}
x-b: &b {mem_limit: 2g, image: b}
services:
  one: {<<: [*a, *b]}
  two: {environment: {B: "2"}, <<: *a}
  three: {<<: *a, mem_limit: 3g}
`;
  expect(serviceOf(text, "one").memoryLimit?.bytes).toBe(2 ** 30);
  expect(serviceOf(text, "one").image?.value).toBe("b");
  expect(values(text, "two")).toEqual({ B: "2" });
  expect(serviceOf(text, "three").memoryLimit?.bytes).toBe(3 * 2 ** 30);
});

test("documents of one file are merged, later ones win", () => {
  const text = `services:
  s: {image: a, mem_limit: 1g, environment: {A: "1", B: "1"}}
---
services:
  s: {mem_limit: 2g, environment: [B=2]}
`;
  const service = serviceOf(text);
  expect([service.image?.value, service.memoryLimit?.bytes]).toEqual(["a", 2 ** 31]);
  expect(values(text)).toEqual({ A: "1", B: "2" });
});

test("!reset takes a value away", () => {
  const text = "services:\n  s: {image: a, mem_limit: 1g}\n---\nservices:\n  s: {mem_limit: !reset null}\n";
  expect(serviceOf(text).memoryLimit).toBeUndefined();
  const layers = (tag: string) =>
    values(`services:\n  s: {environment: {A: "1"}}\n---\nservices:\n  s: {environment: ${tag} {B: "2"}}\n`);
  expect([layers(""), layers("!override")]).toEqual([{ A: "1", B: "2" }, { B: "2" }]);
});

test("an unknown variable makes the limit unknown, a default makes it known", () => {
  expect(serviceOf("services:\n  s: {image: i, mem_limit: '${M}'}\n").memoryLimit).toBeUndefined();
  expect(serviceOf("services:\n  s: {image: i, mem_limit: '${M:-1g}'}\n").memoryLimit?.bytes).toBe(2 ** 30);
});

test("what Compose refuses is a problem with a place", () => {
  const text = "services:\n  s: {image: '${1X}', mem_limit: 512Mi}\n";
  const { problems, workloads } = projectOf(text);
  const shown = [...problems, ...(workloads[0]?.memoryProblems ?? [])];
  expect(shown.map(({ message, place }) => [message, text.slice(...place.range)])).toEqual([
    ['"${1X}" is no interpolation Compose knows.', "'${1X}'"],
    ['Memory limit "512Mi" is refused by Compose: "Mi" is no unit of Compose.', "512Mi"],
  ]);
});

test("values taken by several services are not edited for one of them", () => {
  const project = projectOf("x-e: &e {A: a}\nservices:\n  a: {image: i, environment: *e}\n  b: {image: i, environment: *e}\n  c: {image: i, environment: {A: a}}\n"); // prettier-ignore
  const edits = project.workloads.map(({ environment }) => editOf(environment.get("A")!, "b", project));
  expect(edits.map((edit) => edit?.text)).toEqual([undefined, undefined, "b"]);
});

test("networks, names and addresses", () => {
  const text = `services:
  db:
    image: postgres
    container_name: pg
    networks: {back: {aliases: [store], ipv4_address: 10.0.0.2}}
  side: {image: i, network_mode: "service:db"}
  open: {image: i, network_mode: host}
  plain: {image: i}
networks: {back: {internal: true}}
`;
  const [db, side, open, plain] = projectOf(text).workloads;
  expect(db).toMatchObject({ dnsNames: ["db", "pg", "store"], addresses: ["10.0.0.2"], networks: [{ name: "back", isInternal: true, isDefault: false }] }); // prettier-ignore
  expect([side?.sharesNetworkOf, side?.networks, open?.isOnHostNetwork]).toEqual(["db", [], true]);
  expect(plain?.networks).toMatchObject([{ name: "default", isDefault: true, isInternal: false }]);
});

test("mounts say what holds the data", () => {
  const text = `services:
  s:
    image: i
    tmpfs: /t
    volumes: [named:/a, ./bind:/b, /c, folder:/d, memory:/e, {type: tmpfs, target: /f}, "\${V}:/g"]
volumes:
  named:
  folder: {driver_opts: {type: none, o: "bind,rw", device: /srv}}
  memory: {driver_opts: {type: tmpfs, device: tmpfs}}
`;
  const kinds = serviceOf(text).mounts.map(({ kind, target }) => `${target} ${kind}`);
  expect(kinds).toEqual(["/t tmpfs", "/a named", "/b bind", "/c anonymous", "/d disguised bind", "/e disguised bind", "/f tmpfs", "/g other"]); // prettier-ignore
});
