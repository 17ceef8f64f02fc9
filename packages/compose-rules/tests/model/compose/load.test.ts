import { describe, expect, test } from "vitest";
import type { Place } from "../../../src/language/source.js";
import { placeOfText, UNKNOWN } from "../../../src/language/text.js";
import type { Project } from "../../../src/model/workload.js";
import { readProject } from "../../../src/model/compose/project.js";
import { requestOf } from "../../../src/model/compose/requests.js";
import { loadFiles, memoryDisk } from "../../support/parse.js";

type Files = Readonly<Record<string, string>>;

/** What stands at a place, behind its file's name. */
function shown(files: Files, place: Place | undefined): string | undefined {
  if (!place) return undefined;
  const name = place.path.replace("/project/", "");
  return `${name}: ${files[name]?.slice(...place.range) ?? ""}`;
}

const messages = ({ problems }: Project) => problems.map(({ message }) => message);

describe("a value stands where a person would edit it", () => {
  const files = {
    "compose.yaml": "include: [sub/inner.yaml]\nservices:\n  s:\n    extends: {file: sub/base.yaml, service: base}\n    environment: {A: '${A}', B: b}\n", // prettier-ignore
    "compose.override.yaml": "services:\n  s:\n    mem_limit: 2g\n    environment: [B=c]\n",
    "sub/base.yaml":
      "services:\n  base:\n    image: i\n    mem_limit: 1g\n    ports: ['1:1']\n    env_file: a.env\n",
    "sub/a.env": "C=from a file\n",
    "sub/inner.yaml": "services:\n  db: {image: postgres, volumes: ['./data:/x']}\n",
  };
  const project = loadFiles(files, ["compose.yaml", "compose.override.yaml"], { variables: { A: "a" } });
  const s = project.workloads.find(({ name }) => name === "s");
  const db = project.workloads.find(({ name }) => name === "db");

  test("across overrides, extended and included files", () => {
    expect(project.problems).toEqual([]);
    expect([
      shown(files, s?.memoryLimit && placeOfText(s.memoryLimit.places[0]!.text)),
      shown(files, s?.ports[0]?.place),
      shown(files, s?.image && placeOfText(s.image)),
      shown(files, db?.mounts[0]?.place),
      shown(files, db?.place),
    ]).toEqual([
      "compose.override.yaml: 2g",
      "sub/base.yaml: '1:1'",
      "sub/base.yaml: i",
      "sub/inner.yaml: './data:/x'",
      "sub/inner.yaml: db",
    ]);
    expect(db?.mounts[0]?.source).toBe("/project/sub/data");
  });

  test("variables stand in the last file that sets them, those of a file where it is named", () => {
    const places = ["A", "B", "C"].map((name) => {
      const text = s?.environment.get(name);
      return [text?.value, shown(files, (text && placeOfText(text)) ?? undefined)];
    });
    expect(places).toEqual([
      ["a", "compose.yaml: ${A}"],
      ["c", "compose.override.yaml: c"],
      ["from a file", "sub/base.yaml: a.env"],
    ]);
  });

  test("all its files are named", () => {
    expect(project.files.map((file) => file.replace("/project/", ""))).toEqual([
      "compose.yaml",
      "sub/inner.yaml",
      "sub/base.yaml",
      "compose.override.yaml",
    ]);
  });
});

describe("what only the running machine knows", () => {
  const one = (service: string) =>
    loadFiles({ "compose.yaml": `services:\n  s: {image: i, ${service}}\n` }, ["compose.yaml"]);

  test.each([
    ["ports: ['${P}:5432']", [{ published: UNKNOWN, target: 5432 }]],
    ["ports: ['${IP}:1:5432']", [{ hostIp: UNKNOWN, published: "1", target: 5432 }]],
    ["ports: ['${PORTS}']", [{ published: UNKNOWN }]],
    ["ports: ['1:${P}']", [{ published: UNKNOWN }]],
    ["ports: [{target: '${P}', published: 1}]", [{ published: "1" }]],
  ])("%s is no refusal", (service, ports) => {
    const project = one(service);
    expect(project.problems).toEqual([]);
    expect(project.workloads[0]?.ports).toMatchObject(ports);
  });

  test.each([
    "volumes: ['${V}:/x']",
    "networks: ['${N}']",
    "environment: {A: '${A:+${B:?}}', HOME: '${HOME:?}', P: '${COMPOSE_PROJECT_NAME?}'}",
    "env_file: ['${STAGE}.env', {path: local.env, required: '${R}'}, {path: b.env, required: false}]",
    "network_mode: '${MODE}'",
  ])(
    // prettier-ignore
    "%s is no refusal, either",
    (service) => {
      expect(one(service).problems).toEqual([]);
    },
  );

  test.each([
    ["mem_limit: '${M:?}'", ["M"]],
    ["environment: {A: '${A?}', B: '${A:?twice}', C: '${C:-${D:?}}'}", ["A", "D"]],
    ["env_file: [a.env, {path: b.env}, a.env]", ["a.env", "b.env"]],
  ])("%s is missing, where nobody says it is not set", (service, missing) => {
    expect(one(service).problems.map((problem) => [problem.kind, problem.missing])).toEqual(
      missing.map((name) => ["missing", name]),
    );
  });

  test("what a file of variables sets is not missing, whatever it is", () => {
    const disk = memoryDisk({
      "compose.yaml": "services: {s: {image: '${I:?}', hostname: '${H:?}', user: '${U:?}'}}\n",
      ".env": "I=i\nH=$(hostname)${X}\n",
    });
    const request = requestOf(["/project/compose.yaml"], disk);
    expect(readProject(request, disk).problems).toMatchObject([{ kind: "missing", missing: "U" }]);
  });
});

describe("what stands in the way is said, in bounded time", () => {
  const many = (count: number, line: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => line(n)).join("\n");

  test.each<[string, Files, RegExp]>([
    ["a circle of includes", { "compose.yaml": "include: [b.yaml]\n", "b.yaml": "include: [compose.yaml]\n" }, /circle: compose.yaml → b.yaml → compose.yaml/], // prettier-ignore
    ["a circle of extends", { "compose.yaml": "services:\n  a: {image: i, extends: b}\n  b: {image: i, extends: a}\n" }, /circle: a → b → a/], // prettier-ignore
    ["a circle of extends through files", { "compose.yaml": "services:\n  a: {image: i, extends: {file: b.yaml, service: a}}\n", "b.yaml": "services:\n  a: {extends: {file: compose.yaml, service: a}}\n" }, /circle/], // prettier-ignore
    ["services that wait for each other", { "compose.yaml": "services:\n  a: {image: i, depends_on: [b]}\n  b: {image: i, links: [a]}\n" }, /circle: a → b → a/], // prettier-ignore
    [
      "a chain of extends",
      {
        "compose.yaml": `services:\n${many(3000, (n) => `  s${String(n)}: {image: i, extends: s${String(n + 1)}}`)}\n  s3000: {image: i}\n`,
      },
      /extends too many/,
    ],
    [
      "services that wait for each other, one after the other",
      {
        "compose.yaml": `services:\n${many(5000, (n) => `  s${String(n)}: {image: i, depends_on: [s${String((n + 1) % 5000)}]}`)}\n`,
      },
      /circle/,
    ],
    [
      "an alias in its own anchor",
      { "compose.yaml": "services:\n  a: &a {image: i, labels: [*a]}\n" },
      /own anchor/,
    ],
    [
      "a missing file",
      { "compose.yaml": "include: [b.yaml]\n" },
      /b.yaml could not be read: there is no such file/,
    ],
    [
      "a broken file",
      { "compose.yaml": "include: [b.yaml]\n", "b.yaml": "a: [\n" },
      /b.yaml could not be read: /,
    ],
    ["a key twice", { "compose.yaml": "services:\n  a: {image: i}\n  a: {image: i}\n" }, /compose.yaml could not be read: Map keys must be unique/], // prettier-ignore
    ["tabs", { "compose.yaml": "services:\n\ta: {image: i}\n" }, /compose.yaml could not be read: /],
    ["defaults without end", { "compose.yaml": `services:\n  a: {image: "${"${A:-".repeat(5000)}${"}".repeat(5000)}"}\n` }, /nested too deep/], // prettier-ignore
    ["a text without end", { "compose.yaml": `services:\n  a: {image: "$X${"x".repeat(200_000)}"}\n` }, /longer than 100000/], // prettier-ignore
    ["ranges of ports", { "compose.yaml": `services:\n  a:\n    image: i\n    ports:\n${many(40, (n) => `    - 127.0.0.${String(n)}:1-65535:1-65535`)}\n` }, /Too many ports/], // prettier-ignore
    ["an alias bomb", { "compose.yaml": `x-0: &a0 [x]\n${many(30, (n) => `x-${String(n + 1)}: &a${String(n + 1)} [${`*a${String(n)},`.repeat(9)}]`)}\nservices:\n  a: {image: i, labels: *a30}\n` }, /unfold to more than 100000 values/], // prettier-ignore
    ["an include bomb", { "compose.yaml": "include: [f0.yaml, f0.yaml]\n", ...Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`f${String(n)}.yaml`, `include: [f${String(n + 1)}.yaml, f${String(n + 1)}.yaml]\n`])) }, /More than 2000 files/], // prettier-ignore
  ])("%s", (_title, files, message) => {
    const started = process.cpuUsage().user;
    expect(messages(loadFiles(files, ["compose.yaml"])).join("\n")).toMatch(message);
    expect((process.cpuUsage().user - started) / 1000).toBeLessThan(5_000);
  });

  test("lists of many files are put together in the time they take", () => {
    const ports = (target: number) =>
      `services:\n  s:\n    image: i\n    ports:\n${many(15_000, (n) => `      - "${String(n + 1)}:${String(target)}"`)}\n`;
    const started = process.cpuUsage().user;
    const project = loadFiles({ "a.yaml": ports(1), "b.yaml": ports(2) }, ["a.yaml", "b.yaml"]);
    expect(project.workloads[0]?.ports).toHaveLength(30_000);
    expect((process.cpuUsage().user - started) / 1000).toBeLessThan(10_000);
  });

  test("the rest of a project is read all the same", () => {
    const text = "services:\n  a: {image: i, mem_limit: 1g, labels: ['${1X}'], ports: [x, '1:1']}\n";
    const project = loadFiles({ "compose.yaml": text }, ["compose.yaml"]);
    expect(messages(project)).toEqual([
      '"${1X}" is no interpolation Compose knows.',
      '"x" is no port of a container.',
    ]);
    expect(project.workloads[0]).toMatchObject({ memoryLimit: { bytes: 2 ** 30 }, ports: [{ target: 1 }] });
  });
});
