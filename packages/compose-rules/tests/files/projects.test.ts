import { Linter } from "eslint";
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { rules, yamlParser } from "../../src/index.js";

let root = "";
const made: string[] = [];
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "compose-projects-")));
  made.push(root);
});
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

// A tree is looked at again after a rest as long as the last look deserves: on a clock that stands still, at once.
vi.spyOn(performance, "now").mockReturnValue(0);

let clock = 1_700_000_000;
function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = join(root, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    // Two writes within one tick of the clock would look like one.
    utimesSync(file, ++clock, clock);
  }
}

/** What two rules say about a file: `LINE MESSAGE-ID`. */
function lint(name: string, text: string, settings: object = {}): string[] {
  return linted(name, text, settings).map(
    ({ line, messageId, message }) => `${String(line)} ${messageId ?? message}`,
  );
}

function messages(name: string, text: string): string[] {
  return linted(name, text, {}).map(({ message }) => message);
}

function linted(name: string, text: string, settings: object): Linter.LintMessage[] {
  const linter = new Linter({ configType: "flat", cwd: root });
  const config = [
    { ignores: ["!**/node_modules/"] },
    {
      files: ["**/*.y*ml"],
      plugins: { o: { rules } },
      languageOptions: { parser: yamlParser },
      settings: { orchestrator: settings },
      rules: { "o/no-published-datastore-port": "error", "o/no-unread-workload": "warn" },
    },
  ] as unknown as Linter.Config[];
  return linter.verify(text, config, { filename: join(root, name) });
}

const DB = "services:\n  db:\n    image: postgres\n    ports: ['5432:5432']\n";
const API = "services:\n  api: {image: i}\n";

describe("the projects a file belongs to", () => {
  test("a file and its override are one", () => {
    write({ "compose.yaml": DB, "compose.override.yml": "services:\n  db:\n    ports: !reset []\n" });
    expect(lint("compose.yaml", DB)).toEqual([]);
  });

  test("an override is nothing by itself, and its findings are its own", () => {
    const override = "services:\n  db:\n    ports: ['1:5432']\n";
    write({
      "docker-compose.yml": "services:\n  db: {image: redis}\n",
      "docker-compose.override.yml": override,
    });
    expect(lint("docker-compose.override.yml", override)).toEqual([]);
    write({ "docker-compose.yml": "services:\n  db: {image: postgres}\n" });
    expect(lint("docker-compose.override.yml", `${override}\n`)).toEqual(["3 published"]);
  });

  test("an included file is read with the variables of its own folder", () => {
    const inner = "services:\n  db: {image: '${STORE}', ports: ['5432:5432']}\n";
    write({
      "compose.yaml": "include: [data/db.yaml]\n",
      "data/db.yaml": inner,
      "data/.env": "STORE=postgres\n",
    });
    expect(lint("data/db.yaml", inner)).toEqual(["2 published"]);
  });

  test("a file that only completes another is read with it", () => {
    const prod = "services:\n  db: {ports: ['1:5432']}\n";
    write({ "compose.yaml": "services:\n  db: {image: postgres}\n", "compose.prod.yaml": prod });
    expect(lint("compose.prod.yaml", prod)).toEqual(["2 published"]);
  });

  test("COMPOSE_FILE and the settings say what is given together", () => {
    const more = "services:\n  db: {ports: ['1:5432'], image: postgres}\n";
    const base = "services:\n  db: {ports: ['2:5432'], image: i}\n";
    write({ "base.yaml": base, "more.yaml": more, "a/.env": "COMPOSE_FILE=base.yaml:more.yaml\n", "a/base.yaml": base, "a/more.yaml": more }); // prettier-ignore
    expect(lint("base.yaml", base)).toEqual([]);
    expect(lint("base.yaml", base, { compose: { projects: [["base.yaml", "more.yaml"]] } })).toEqual(["2 published"]); // prettier-ignore
    expect(lint("a/base.yaml", base)).toEqual(["2 published"]);
  });
});

describe("what several projects say about one place is told apart", () => {
  const POD = `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n    - {name: c, image: postgres, ports: [{containerPort: 5432, hostPort: 1}]}\n`;
  const overlays = (names: readonly string[], more = "") => {
    write({ "base/kustomization.yaml": "resources: [pod.yaml]\n", "base/pod.yaml": POD });
    for (const name of names) {
      write({ [`${name}/kustomization.yaml`]: `resources: [../base]\n${name === "dev" ? more : ""}` });
    }
  };

  test("one finding where it is the same, named for all", () => {
    overlays(["dev", "prod"]);
    expect(messages("base/pod.yaml", POD)).toEqual([expect.stringMatching(/^In dev and prod: Port 5432 /)]);
    overlays(["a", "b", "c", "d"]);
    expect(messages("base/pod.yaml", POD)).toEqual([expect.stringMatching(/^In a, b, c and 3 others: Port/)]);
  });

  test("and copies of one base in one project", () => {
    overlays(["dev", "prod"]);
    write({ "dev/kustomization.yaml": "namePrefix: dev-\nresources: [../base]\n", "all/kustomization.yaml": "resources: [../dev, ../prod]\n" }); // prettier-ignore
    expect(messages("base/pod.yaml", POD)).toEqual([
      expect.stringMatching(/^Port 5432 of container "dev-p\/c"/),
      expect.stringMatching(/^Port 5432 of container "p\/c"/),
    ]);
  });

  test("only for whom it is one", () => {
    overlays(["dev", "prod"], "patches: [{patch: '[{op: remove, path: /spec/containers/0/ports}]', target: {kind: Pod}}]\n"); // prettier-ignore
    expect(messages("base/pod.yaml", POD)).toEqual([expect.stringMatching(/^In prod: Port 5432 /)]);
  });

  test("projects that include one file", () => {
    write({
      "db.yaml": DB,
      "one.yaml": `include: [db.yaml]\n${API}`,
      "two.yaml": `include: [db.yaml]\n${API}`,
    });
    expect(messages("db.yaml", DB)).toEqual([expect.stringMatching(/^In one.yaml and two.yaml: Port 5432 /)]);
  });

  test("files on top of a base: only what one of them brings about is named for it", () => {
    write({ "compose.yaml": DB, "compose.a.yaml": "services:\n  db: {mem_limit: 1g}\n", "compose.b.yaml": "services:\n  db: {mem_limit: 2g}\n" }); // prettier-ignore
    expect(messages("compose.yaml", DB)).toEqual([expect.stringMatching(/^Port 5432 /)]);
    write({ "compose.a.yaml": "services:\n  db: {ports: !reset []}\n" });
    expect(messages("compose.yaml", DB)).toEqual([expect.stringMatching(/^In compose.yaml: Port 5432 /)]);
  });
});

describe("a linted file is read wherever it is", () => {
  test.each(["build", "dist", "target", "coverage", "node_modules/a", ".cache", "build/node_modules"])(
    "in %s, with its override",
    (folder) => {
      const files = { [`${folder}/compose.yaml`]: DB, [`${folder}/compose.override.yml`]: "services:\n  db:\n    mem_limit: ${X:?}\n    ports: !reset []\n" }; // prettier-ignore
      write({ "compose.yaml": API, ...files });
      expect(lint(`${folder}/compose.yaml`, DB)).toEqual([]);
      write({ [`${folder}/compose.override.yml`]: "services: {}\n", [`${folder}/other.yaml`]: DB });
      expect(lint(`${folder}/other.yaml`, DB)).toEqual(["4 published"]);
    },
  );

  test("in the output of a build, with the overlays on it", () => {
    const pod = `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers: [{name: c, image: postgres, ports: [{containerPort: 5432, hostPort: 5432}]}]\n`;
    const patch = "[{patch: '[{op: remove, path: /spec/containers/0/ports}]', target: {kind: Pod}}]";
    write({
      "build/k8s/base/kustomization.yaml": "resources: [pod.yaml]\n",
      "build/k8s/base/pod.yaml": pod,
      "build/k8s/prod/kustomization.yaml": `resources: [../base]\npatches: ${patch}\n`,
    });
    expect(lint("build/k8s/base/pod.yaml", pod)).toEqual([]);
  });

  test("behind a link within the tree", () => {
    write({ "real/db.yaml": DB });
    symlinkSync(join(root, "real/db.yaml"), join(root, "link.yaml"));
    expect(lint("link.yaml", DB)).toEqual(["4 published"]);
  });

  test("beyond what is looked through, by itself, which is said", () => {
    const much = Object.fromEntries(["a", "b", "c", "d", "e"].map((name) => [`${name}.json`, " ".repeat(15 * 2 ** 20)])); // prettier-ignore
    write({ ...much, "z.yaml": DB });
    expect(lint("z.yaml", DB)).toEqual(["1 unread", "4 published"]);
  });

  test("written so that no short look tells what it is", () => {
    const flow = "{services: {db: {image: postgres, ports: ['5432:5432']}}}\n";
    write({ "flow.yaml": flow });
    expect(lint("flow.yaml", flow)).toEqual(["1 published"]);
  });

  test("a template that happens to be YAML is said to be one", () => {
    const text = "apiVersion: v1\nkind: Pod\nmetadata: {name: '{{ .Release.Name }}'}\n";
    write({ "chart/Chart.yaml": "name: c\n", "chart/templates/pod.yaml": text });
    expect(lint("chart/templates/pod.yaml", text)).toEqual(["1 unread"]);
  });
});

test("a service of an extended file that nobody extends is whoever's names the file", () => {
  const common = "services:\n  base: {image: postgres, ports: ['1:5432']}\n  db: {image: postgres, ports: ['2:5432']}\n"; // prettier-ignore
  const uses = "services:\n  a: {extends: {file: common.yaml, service: base}, ports: !reset []}\n";
  write({ "compose.yaml": uses, "common.yaml": common });
  expect(lint("common.yaml", common)).toEqual(["3 published"]);
  write({ "compose.yaml": `${uses}  b: {extends: {file: common.yaml, service: db}, image: i}\n` });
  expect(lint("common.yaml", `${common} `)).toEqual([]);
});

describe("an editor", () => {
  test("an unsaved text wins over the disk, in every file of the project", () => {
    const override = "services:\n  db:\n    ports: ['1:5432']\n";
    write({ "compose.yaml": API, "compose.override.yaml": override });
    expect(lint("compose.yaml", "services:\n  db: {image: postgres, ports: ['2:5432']}\n")).toEqual([
      "2 published",
    ]);
    expect(lint("compose.yaml", API)).toEqual([]);
  });

  test("what changes on disk is seen", () => {
    write({ "compose.yaml": DB });
    expect(lint("compose.yaml", DB)).toEqual(["4 published"]);
    write({ "compose.override.yaml": "services:\n  db:\n    ports: !reset []\n" });
    const until = performance.now() + 5_000;
    let found = lint("compose.yaml", DB);
    while (found.length > 0 && performance.now() < until) found = lint("compose.yaml", DB);
    expect(found).toEqual([]);
  });
});

describe("nothing outside of the root is read", () => {
  test.each([
    ["by its path", "../outside.yaml"],
    ["by a link", "link.yaml"],
  ])("%s", (_title, file) => {
    const outside = mkdtempSync(join(tmpdir(), "compose-outside-"));
    made.push(outside);
    writeFileSync(join(outside, "outside.yaml"), DB);
    symlinkSync(join(outside, "outside.yaml"), join(root, "link.yaml"));
    const text = `include: [${file.startsWith("..") ? join(outside, "outside.yaml") : file}]\nservices:\n  api: {image: i}\n`;
    write({ "compose.yaml": text });
    expect(lint("compose.yaml", text)).toEqual(["1 unread"]);
  });
});

test("a file on no disk stands for itself", () => {
  expect(lint("nowhere.yaml", DB)).toEqual(["4 published"]);
});
