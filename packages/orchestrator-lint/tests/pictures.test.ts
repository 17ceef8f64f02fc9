import { describe, expect, it } from "vitest";
import { toDot } from "../src/pictures/dot.js";
import { pictureOf, widthOf } from "../src/pictures/graph.js";
import { toHtml } from "../src/pictures/html.js";
import { toMermaid } from "../src/pictures/mermaid.js";
import { toTree } from "../src/pictures/tree.js";
import type { Report, Result } from "../src/result.js";
import { run, tree } from "./support/cli.js";

const at = (file: string, line: number) => ({ file, line, column: 1, endLine: line, endColumn: 2 });
const step = (file: string, line: number, name: string) => ({ ...at(file, line), name, message: "" });

/** A result with one chain from each entry through a helper to a call. */
function result(entries: string[], helper: string, sink: string, tier = "network"): Result {
  return {
    ...at("api.py", 3),
    rule: "no-blocking-call-path",
    level: "error",
    message: "",
    suggestions: [],
    tier,
    subjects: entries,
    flows: entries.map((_, i) => [step("api.py", i + 3, helper), step(`lib/${helper}.py`, 9, sink)]),
  };
}

function report(...results: Result[]): Report {
  return {
    runs: [{ engine: "radar", version: "", results, failures: [] }],
    texts: new Map(),
    notes: [],
    python: 1,
    named: [],
  };
}

const SMALL = report(
  result(["api.a", "api.b"], "load", "requests.get"),
  result(["api.a"], "save", "open", "file"),
);

describe("pictureOf", () => {
  it("joins chains in functions and blocking calls, and counts who calls", () => {
    const { nodes, edges, chains, drawn } = pictureOf(SMALL);
    expect(nodes.map(({ id, kind, name, file }) => [id, kind, name, file])).toEqual([
      ["n0", "entry", "api.a", "api.py"],
      ["n1", "function", "load", "lib/load.py"],
      ["n2", "sink", "requests.get", undefined],
      ["n3", "entry", "api.b", "api.py"],
      ["n4", "function", "save", "lib/save.py"],
      ["n5", "sink", "open", undefined],
    ]);
    expect(edges.map(({ from, to, callers }) => `${from} ${to} ${callers}`)).toEqual(["n0 n1 1", "n1 n2 2", "n3 n1 1", "n0 n4 1", "n4 n5 1"]); // prettier-ignore
    expect([chains, drawn]).toEqual([3, 3]);
    expect(nodes[0]?.places).toEqual([{ file: "api.py", line: 3 }]);
    expect([1, 4, 100].map((callers) => widthOf({ from: "", to: "", callers }))).toEqual([1, 2, 6]);
  });

  it("stays legible with hundreds of chains, and says what it leaves out", () => {
    const many = Array.from({ length: 300 }, (_, i) => result([`api.f${i}`], `h${i}`, `lib.s${i}`));
    const wide = result(
      Array.from({ length: 300 }, (_, i) => `api.g${i}`),
      "one",
      "lib.one",
    );
    const picture = pictureOf(report(wide, ...many));
    expect(picture.nodes.length).toBeLessThanOrEqual(81);
    expect(picture.chains).toBe(600);
    expect(picture.nodes.map(({ name }) => name)).toContain("294 more calls");
    expect(toDot(picture)).toContain(`${picture.drawn} of 600 chains are drawn`);
    expect(pictureOf(report(...many), 40).nodes.length).toBeLessThanOrEqual(41);
  });

  it("leaves out what a comment suppresses", () => {
    const suppressed = { ...result(["api.a"], "load", "open"), suppression: { justification: "" } };
    expect(pictureOf(report(suppressed))).toEqual({ nodes: [], edges: [], chains: 0, drawn: 0 });
  });
});

describe("the formats of a picture", () => {
  const hostile = report(result(['</script><b>"x"'], "a\\b", "c]|d"));

  it("draws Mermaid with thickness by callers, and takes nothing for syntax", () => {
    const text = toMermaid(pictureOf(SMALL));
    expect(text).toMatch(/^```mermaid\nflowchart LR\n {2}n0\(\["api\.a<br\/>api\.py"\]\)\n/);
    expect(text).toContain("n1 -->|2| n2");
    expect(text).toContain("linkStyle 1 stroke-width:1.4px");
    expect(toMermaid(pictureOf(hostile))).not.toMatch(/<b>|<\/script|\]\|d/);
  });

  it("draws Graphviz from left to right", () => {
    const text = toDot(pictureOf(SMALL));
    expect(text).toContain("rankdir=LR");
    expect(text).toContain("{ rank=min; n0; n3; }");
    expect(text).toContain("{ rank=max; n2; n5; }");
    expect(toDot(pictureOf(hostile))).toContain("a\\\\b");
  });

  it("shows the lines of each function on a page that a repository's text cannot break out of", () => {
    const text = "x = 1\n\n\nasync def b():\n    pass\n    y = load()\n";
    const content = { ok: true as const, text: `${text}</script><script>alert(1)</script>` };
    const page = toHtml(pictureOf(hostile), "<svg></svg>", () => content);
    expect(page.match(/<script>/g)).toHaveLength(1);
    expect(page).toContain("default-src 'none'");
    expect(page).not.toContain("https://");
    const data = JSON.parse(/const data = (.*);\n/.exec(page)![1]!) as Record<
      string,
      { excerpts: { lines: string[] }[] }
    >;
    expect(data.n0?.excerpts[0]?.lines.join("\n")).toContain("x = 1");
  });

  it("prints a tree for a terminal, from the blocking call to those who run into it", () => {
    expect(toTree(SMALL)).toBe(`requests.get()  network
└─ load()  lib/load.py:9
   ├─ async api.a  api.py:3
   └─ async api.b  api.py:4

open()  file
└─ save()  lib/save.py:9
   └─ async api.a  api.py:3
`);
    const many = report(
      result(
        Array.from({ length: 30 }, (_, i) => `f${i}`),
        "load",
        "open",
      ),
    );
    expect(toTree(many)).toContain("… and 24 more ways");
  });
});

describe("detect-blocking-calls --format", () => {
  const files = {
    "main.py":
      "import time\nfrom lib.helpers import wait\n\n\nasync def handler():\n    wait()\n    time.sleep(1)\n",
    "lib/helpers.py": "import time\n\n\ndef wait():\n    time.sleep(1)\n",
  };
  const draw = (format: string) =>
    run(tree(files), ["detect-blocking-calls", "--source-dir", ".", "--format", format]);

  it("gives each picture of the same chains, direct calls among them, and fails the gate", () => {
    for (const format of ["dot", "mermaid", "svg", "html"]) {
      const { status, stdout } = draw(format);
      expect([format, status]).toEqual([format, 1]);
      expect(stdout).toContain("main.handler");
      expect(stdout).toContain("time.sleep()");
    }
    const { stdout } = draw("svg");
    expect(stdout).toMatch(/<g id="n0" class="node entry">/);
    const [entry, sink] = ["main.handler", "time.sleep()"].map((name) => Number(new RegExp(`x="([\\d.]+)"[^>]*>${name.replaceAll(/[().]/g, "\\$&")}<`).exec(stdout)?.[1])); // prettier-ignore
    expect(entry).toBeLessThan(sink!);
  });

  it("shows the ways on a terminal", () => {
    const { stdout } = draw("stylish");
    expect(stdout).toContain(
      "time.sleep()  wait\n└─ wait()  lib/helpers.py:5\n   └─ async main.handler  main.py:6\n",
    );
  });
});
