import { describe, expect, it } from "vitest";
import { places, run, tree } from "./support/cli.js";

const COMPOSE = `services:
  h2o:
    image: h2oai/h2o-open-source-k8s:3.46.0.7
    environment: { JAVA_TOOL_OPTIONS: -Xmx3g }
    mem_limit: 4g
  search:
    image: elasticsearch:8.15.0
    environment: { ES_JAVA_OPTS: -Xmx1g }
`;
const OVERRIDE = "services:\n  search: { mem_limit: 2g }\n";
const MANIFEST = `apiVersion: v1
kind: Pod
metadata: { name: scoring }
spec:
  containers:
    - name: api
      image: eclipse-temurin:21
      command: [java, -Xmx512m, -jar, api.jar]
      resources: { limits: { memory: 1Gi } }
`;

function gate(files: Record<string, string>, ...args: string[]) {
  return run(tree(files), ["check-memory-allocation", ...args]);
}

interface Row {
  subject: string;
  limit?: number;
  heap?: number;
  ratio?: number;
  headroom?: number;
}
const rowsOf = (stdout: string) =>
  (JSON.parse(stdout) as { memory?: Row[] }[]).flatMap(({ memory }) => memory ?? []);

describe("check-memory-allocation", () => {
  it("holds a Compose file to the strict rules and shows the memory of each service", () => {
    const { status, stdout } = gate({ "compose.yml": COMPOSE }, "--compose-file", "compose.yml");
    expect(status).toBe(1);
    expect(stdout).toContain("3072 MiB heap in a 4096 MiB limit is 75 %");
    expect(stdout).toContain('Service "search" runs a JVM without a memory limit');
    expect(stdout).toMatch(/^services\.h2o +4096 MiB +3072 MiB +75\.0 % +1024 MiB +█{15}░{5} +-Xmx$/m);
    expect(stdout).toMatch(/^services\.search +- +1024 MiB +- +- +-Xmx, no limit$/m);
  });

  it("merges several Compose files as -f does: what stands in one of them is not missing in the other", () => {
    const files = { "docker-compose.yml": COMPOSE.replace("-Xmx3g", "-Xmx2g"), "prod.yml": OVERRIDE };
    const both = ["--compose-file", "docker-compose.yml", "--compose-file", "prod.yml", "--format", "json"];
    const { status, stdout } = gate(files, ...both);
    expect([status, places(stdout)]).toEqual([0, []]);
    expect(rowsOf(stdout).find(({ subject }) => subject === "services.search")).toEqual({
      subject: "services.search",
      project: "docker-compose.yml + prod.yml",
      limit: 2 ** 31,
      heap: 2 ** 30,
      ratio: 0.5,
      headroom: 2 ** 30,
      decidedBy: "-Xmx",
    });
    expect(gate(files, "--compose-file", "docker-compose.yml").status).toBe(1);
  });

  it("does not load an override that was not named", () => {
    const files = { "compose.yml": COMPOSE.replace("-Xmx3g", "-Xmx2g"), "compose.override.yml": OVERRIDE };
    expect(gate(files, "--compose-file", "compose.yml").stdout).toContain("without a memory limit");
  });

  it("checks what a project includes, too, and an override without services", () => {
    const search = "services:\n  s: { image: 'elasticsearch:8.15.0', mem_limit: 1g, environment: { ES_JAVA_OPTS: -Xmx2g } }\n"; // prettier-ignore
    const files = {
      "compose.yml": "include: [more/search.yml]\nservices:\n  a: { image: b, mem_limit: 1g }\n",
      "more/search.yml": search,
      "other.yml": "include: [more/search.yml]\nservices:\n  other: { image: b }\n",
      "db.yml": "services:\n  db: { image: 'postgres:16', networks: [n], volumes: ['pg:/var/lib/postgresql/data'] }\nnetworks: { n: { internal: true } }\nvolumes: { pg: }\n",
      "volumes.yml": "volumes: { pg: { driver_opts: { type: none, o: bind, device: /srv/pg } } }\n",
    }; // prettier-ignore
    const included = gate(files, "--compose-file", "compose.yml", "--format", "json");
    expect(places(included.stdout)).toEqual(["search.yml:2:83 max-jvm-heap-ratio"]);
    expect([included.status, included.stdout]).toEqual([1, expect.not.stringContaining("other")]);
    expect(gate(files, "--compose-file", "db.yml").status).toBe(0);
    expect(gate(files, "--compose-file", "db.yml", "--compose-file", "volumes.yml").stdout).toContain("a named volume that is none"); // prettier-ignore
    const broken = gate(
      { ...files, "more/search.yml": "services:\n\ta: {}\n" },
      "--compose-file",
      "compose.yml",
    );
    expect([broken.status, broken.stderr]).toEqual([2, expect.stringContaining("more/search.yml")]);
  });

  it("reads what is named whatever its name is", () => {
    const text = '{ "services": { "a": { "image": "elasticsearch:8.15.0" } } }\n';
    const files = {
      "infra/app.json": text,
      "Compose.YAML": text,
      plain: text,
      "by.yml": "include: [infra/app.json]\n",
    };
    for (const [file, column] of [
      ["infra/app.json", 17],
      ["Compose.YAML", 17],
      ["plain", 17],
      ["by.yml", 17],
    ] as const) {
      const { stdout } = gate(files, "--compose-file", file, "--format", "json");
      const where = file === "by.yml" ? "app.json" : file.replace("infra/", "");
      expect(places(stdout)).toContain(`${where}:1:${column} require-memory-limit`);
    }
  });

  it("tells overlays on one base apart, and checks of these the one that was named", () => {
    const patch = "patches: [{ patch: '[{ op: replace, path: /spec/containers/0/resources/limits/memory, value: 550Mi }]', target: { kind: Pod } }]"; // prettier-ignore
    const files = {
      "base/kustomization.yaml": "resources: [pod.yaml]\n",
      "base/pod.yaml": MANIFEST.replace("1Gi", "600Mi"),
      "dev/kustomization.yaml": `resources: [../base]\n${patch}\n`,
      "prod/kustomization.yaml": "resources: [../base]\n",
    };
    const both = gate(files, "--compose-file", ".").stdout;
    expect(both).toMatch(
      /In dev: 512 MiB heap in a 550 MiB limit[^]*In prod: 512 MiB heap in a 600 MiB limit/,
    );
    expect(both).toMatch(
      /^dev +Pod\/scoring\/containers\/api +550 MiB[^]*^prod +Pod\/scoring\/containers\/api +600 MiB/m,
    );
    for (const named of ["prod", "prod/kustomization.yaml"]) {
      const { status, stdout } = gate(files, "--compose-file", named);
      expect([status, stdout.match(/\d+ MiB limit/g)]).toEqual([1, ["600 MiB limit"]]);
    }
  });

  it("takes manifests, and says the same in every format", () => {
    const files = { "k8s/pod.yaml": MANIFEST };
    const json = gate(files, "--compose-file", "k8s/pod.yaml", "--format", "json");
    expect([json.status, places(json.stdout)]).toEqual([0, []]);
    expect(rowsOf(json.stdout)).toMatchObject([{ subject: "Pod/scoring/containers/api", ratio: 0.5 }]);
    const sarif = JSON.parse(gate(files, "--compose-file", "k8s/pod.yaml", "--format", "sarif").stdout) as {
      runs: { properties: { memory: Row[] } }[];
    };
    expect(sarif.runs[0]?.properties.memory).toMatchObject([{ subject: "Pod/scoring/containers/api", limit: 2 ** 30 }]); // prettier-ignore
    expect(gate(files, "--compose-file", "k8s").stdout).toMatch(/^Pod\/scoring\/containers\/api .* 50\.0 %/m);
  });

  it("names the container in SARIF, and where its limit is", () => {
    const { stdout } = gate(
      { "pod.yaml": MANIFEST.replace("512m", "900m") },
      "--compose-file",
      "pod.yaml",
      "--format",
      "sarif",
    );
    const log = JSON.parse(stdout) as { runs: { results: object[] }[] };
    expect(log.runs[0]?.results).toMatchObject([
      {
        locations: [{ logicalLocations: [{ fullyQualifiedName: "Pod/scoring/containers/api" }] }],
        relatedLocations: [{ message: { text: "The limit is set here." } }],
      },
    ]);
  });

  it("runs the recommended rules, or a rule's own level, where these are asked for", () => {
    const percentage = `services:\n  a:\n    image: b\n    environment: { JAVA_TOOL_OPTIONS: "-XX:MaxRAMPercentage=60" }\n    mem_limit: 1g\n`;
    const args = ["--compose-file", "c.yml"];
    expect(gate({ "c.yml": percentage }, ...args).stdout).toContain("No -Xmx is set");
    expect(gate({ "c.yml": percentage }, ...args, "--preset", "recommended").status).toBe(0);
    expect(gate({ "c.yml": percentage }, ...args, "--rule", "require-jvm-heap-cap: off").status).toBe(0);
  });

  it.each([
    ["Docker refuses", "c.yml", "services:\n"],
    ["Docker refuses", "c.yml", "services:\n  a: { image: b, volumes: [unknown:/data] }\n"],
    ["Docker refuses", "c.yml", "services:\n  a: { mem_limit: 1g }\n"],
    ["Docker refuses", "c.yml", "include: [missing.yml]\nservices:\n  a: { image: b }\n"],
    ["Kustomize refuses", "kustomization.yaml", "resources: [missing.yaml]\n"],
  ])("fails on what %s: %s, %j", (_who, file, text) => {
    const args = ["--compose-file", file];
    const { status, stdout } = gate({ [file]: text }, ...args);
    expect(stdout).toMatch(/error .*refuses the project/);
    expect(status).toBe(1);
    expect(gate({ [file]: text }, ...args, "--preset", "recommended").status).toBe(1);
    expect(gate({ [file]: text }, ...args, "--rule", "no-unread-workload: warn").status).toBe(0);
    expect(run(tree({ [file]: text }), ["check", "--no-semgrep"]).status).toBe(0);
  });

  describe("where Compose requires what is not here", () => {
    const text = `services:
  a:
    image: "b:\${TAG:?set the tag}"
    env_file: [a.env]
    environment: { RELEASE: "\${TAG:?}" }
    mem_limit: 1g
`;
    const args = ["--compose-file", "c.yml"];

    it.each([[["--preset", "recommended"]], [["--preset", "strict"]], [["--rule", "no-unread-workload: error"]]])(
      "says so once, with %j",
      (more) => {
        const { stdout } = gate({ "c.yml": text }, ...args, ...more);
        expect(stdout.match(/TAG has no value here and is required \(set the tag\)/g)).toHaveLength(1);
        expect(stdout.match(/a\.env is not here and is required/g)).toHaveLength(1);
      },
    ); // prettier-ignore

    it("passes with a warning, which a variable, a file or an option takes away", () => {
      const { status, stdout } = gate({ "c.yml": text }, ...args);
      expect([status, stdout]).toEqual([0, expect.stringMatching(/warning .*TAG has no value here/)]);
      const given = gate({ "c.yml": text, ".env": "TAG=1\n", "a.env": "A=1\n" }, ...args);
      expect([given.status, given.stdout]).toEqual([0, expect.not.stringContaining("required")]);
      const off = gate({ "c.yml": text }, ...args, "--rule", 'no-unread-workload: ["warn", { "reportMissing": false }]'); // prettier-ignore
      expect([off.status, off.stdout]).toEqual([0, expect.not.stringContaining("required")]);
    });

    it("knows no limit and no heap that depend on it", () => {
      const jvm = `services:
  a:
    image: elasticsearch:8.15.0
    mem_limit: "\${LIMIT:?}"
    environment: { ES_JAVA_OPTS: "-Xmx\${HEAP:?}" }
`;
      const { stdout } = gate({ "c.yml": jvm }, ...args);
      expect(stdout).toMatch(/LIMIT has no value here[^]*HEAP has no value here/);
      expect(stdout).toMatch(/^services\.a .*heap not known, the limit is known only where it runs$/m);
    });

    it("is said by a check of a whole tree in the strict preset only", () => {
      const files = { "compose.yml": text };
      const check = (...more: string[]) => run(tree(files), ["check", "--no-semgrep", ...more]).stdout;
      expect(check()).not.toContain("required");
      expect(check("--preset", "strict")).toContain("TAG has no value here");
    });
  });

  it("is not passed by what could not be read", () => {
    const circle = "services:\n  a: &a { image: b, mem_limit: 1g, labels: *a }\n";
    const workflow = `${MANIFEST}---\napiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: { name: w }\nspec: { templates: [{ container: { image: a } }] }\n`;
    const chart = {
      "chart/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n",
      "chart/templates/pod.yaml": "kind: Pod\nname: {{ .Name }}\n",
      "chart/values.yaml": "javaOpts: -Xmx1g\nresources: { limits: { memory: 2Gi } }\n",
    };
    for (const [files, named] of [
      [{ "c.yml": circle }, "c.yml"],
      [{ "w.yaml": workflow }, "w.yaml"],
      [chart, "chart"],
    ] as const) {
      const { status, stdout } = gate(files, "--compose-file", named);
      expect([named, status]).toEqual([named, 1]);
      expect(stdout).toMatch(/error .*(?:not checked|not read)/);
    }
    const asWarning = ["--rule", "no-unread-workload: warn"];
    expect(gate({ "w.yaml": workflow }, "--compose-file", "w.yaml", ...asWarning).status).toBe(0);
  });

  it("shows the workloads of the files that were named, and what comments suppress", () => {
    const suppressed = MANIFEST.replace("-Xmx512m", "-Xmx900m").replace("      command", "      # eslint-disable-next-line orchestrator/max-jvm-heap-ratio -- measured\n      command"); // prettier-ignore
    const files = { "k8s/one.yaml": suppressed, "k8s/two.yaml": MANIFEST.replace("scoring", "other") };
    const { status, stdout, stderr } = gate(files, "--compose-file", "k8s/one.yaml");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Pod\/scoring\/.* 87\.9 % .* -Xmx; suppressed: max-jvm-heap-ratio$/m);
    expect(stdout).not.toContain("other");
    expect(stderr).toContain(
      "Suppressed by a comment: max-jvm-heap-ratio in k8s/one.yaml, line 9: measured.",
    );
    const json = gate(files, "--compose-file", "k8s/one.yaml", "--format", "json").stdout;
    expect(rowsOf(json)).toMatchObject([{ suppressed: ["max-jvm-heap-ratio"] }]);
  });

  it("fails where a named file is missing, is something else, or cannot be read", () => {
    const files = { "other.yml": "a: b\n", "tabs.yml": "services:\n\ta: {}\n", "twice.yml": `${COMPOSE}services: {}\n` };
    for (const file of ["missing.yml", "other.yml", "tabs.yml", "twice.yml"]) {
      const { status, stdout, stderr } = gate(files, "--compose-file", file);
      expect([file, status]).toEqual([file, 2]);
      expect(stdout + stderr).not.toBe("");
    }
    expect(gate(files).stderr).toContain("--compose-file <file>");
  }); // prettier-ignore
});
