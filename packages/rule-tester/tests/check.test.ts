import { Linter as Linter9 } from "eslint9";
import type { Linter } from "eslint";
import { describe, expect, it } from "vitest";
import { checkCase, kinds, toyAdapter } from "./support.js";

const options = (value: object) => `// @options [${JSON.stringify(value)}]\n`;
const yamlOptions = (value: object) => `# @options [${JSON.stringify(value)}]\n`;

describe("markers against findings", () => {
  it("accepts a case in which every finding is marked and every marker met", async () => {
    const text = '// ruleid: match\ncall(foo);\n//   ^^^ ruleid: match "No foo"\n// ok: match\ncall(bar);\n';
    expect(await checkCase({ "a.js": text })).toMatchObject({ problems: [] });
  });

  it("works the same on ESLint 9", async () => {
    const text = `${options({ fix: "bar" })}// ruleid: match\ncall(foo);\n`;
    const files = { "a.js": text, "a.fixed.js": text.replace("foo", "bar") };
    const adapter = toyAdapter(Linter9 as unknown as typeof Linter);
    const report = await checkCase(files, adapter);
    expect(report.problems).toEqual([]);
    expect(report.findings.get("a.js")).toHaveLength(1);
  });

  it.each([
    ["an unmarked finding", "call(foo);\n", "unmarked-finding", "without a marker"],
    ["a finding on a line marked ok", "// ok: match\ncall(foo);\n", "unmarked-finding", "marked ok"],
    ["an unmet marker", "// ruleid: match\ncall(bar);\n", "unmet-marker", "not reported"],
    ["an unmet caret line", "call(bar);\n//   ^^^ ruleid: match\n", "unmet-marker", "not reported"],
    ["more findings than markers", "// ruleid: match\ncall(foo, foo);\n", "unmarked-finding", "2 times"],
    ["more markers than findings", "// ruleid: match, match\ncall(foo);\n", "unmet-marker", "not reported"],
    [
      "columns that start elsewhere",
      "call(foo);\n//    ^^ ruleid: match\n",
      "wrong-columns",
      "7-9, reported at 6-9",
    ],
    [
      "columns that end elsewhere",
      "call(foo);\n//   ^^ ruleid: match\n",
      "wrong-columns",
      "6-8, reported at 6-9",
    ],
    ["another message", 'call(foo);\n//   ^^^ ruleid: match "bar"\n', "wrong-message", 'Expected "bar"'],
    ["a stale todoruleid", "// todoruleid: match\ncall(foo);\n", "stale-todo", "write ruleid instead"],
    ["a stale todook", "// todook: match\ncall(bar);\n", "stale-todo", "write ok instead"],
    ["an unknown id", "// ok: matsch\ncall(bar);\n", "unknown-rule", "no rule matsch"],
    ["another rule's finding", "// ok: other\ncall(foo);\n", "unmarked-finding", "other is reported"],
    [
      "a directive that disables nothing",
      "call(bar); // eslint-disable-line toy/match\n",
      "unmarked-finding",
      "eslint",
    ],
    ["a text that does not parse", "call(;\n", "parse-error", "Parsing error"],
    ["a marker behind code", "call(bar); // ruleid: match\n", "malformed", "line of its own"],
    ["a marker that ends the file", "call(bar);\n// ruleid: match", "malformed", "No line follows"],
    ["options that are no JSON", "// @options [}\ncall(bar);\n", "malformed", "@options"],
    ["options the schema refuses", "// @options [1]\ncall(bar);\n", "engine-error", "should be object"],
  ])("reports %s", async (_, text, kind, message) => {
    const { problems } = await checkCase({ "a.js": text });
    expect(problems).toContainEqual(
      expect.objectContaining({ kind, message: expect.stringContaining(message) }),
    );
  });

  it.each([
    ["todos that are still to do", "// todoruleid: match\ncall(bar);\n// todook: match\ncall(foo);\n"],
    [
      "several markers above one line",
      "// ruleid: match\n// ok: other\n// @x\ncall(bar);\n".replace("// @x\n", ""),
    ],
    [
      "two caret lines under one line",
      "call(foo, foo);\n//   ^^^ ruleid: match\n//        ^^^ ruleid: match\n",
    ],
    ["an arrow for the first column", '// ruleid: match\nfoo;\n// <- ruleid: match "No foo"\n'],
    [
      "carets over the first line of a longer finding",
      `${options({ find: "a[,][^]*z" })}  call(a,\n//     ^^ ruleid: match\n  z);\n`,
    ],
  ])("reads %s", async (name, text) => {
    const report = await checkCase({ "a.js": text });
    // The second case marks a line that is fine, to see that both markers speak about it.
    expect(kinds(report)).toEqual(name.startsWith("several") ? ["unmet-marker"] : []);
  });

  it("reports a rule that crashes", async () => {
    const { problems } = await checkCase({ "a.js": "call();\n" }, toyAdapter(), "crash");
    expect(problems).toMatchObject([
      { kind: "engine-error", message: expect.stringContaining("the rule crashed") },
    ]);
  });

  it("shows the code and the columns", async () => {
    const { problems } = await checkCase({ "a.js": "one();\n\tcall(foo);\ntwo();\n" });
    expect(problems[0]?.frame).toBe("1 | one();\n2 | \tcall(foo);\n  | \t     ^^^ No foo here.\n3 | two();");
  });

  it("counts columns in UTF-16 and without a byte order mark", async () => {
    const text = `\uFEFF${options({ fix: "bar" })}call("😀", foo);\n//         ^^^ ruleid: match\n`;
    const files = { "a.js": text, "a.fixed.js": text.replace("foo", "bar") };
    expect(await checkCase(files)).toMatchObject({ problems: [] });
  });
});

describe("fixes", () => {
  const text = `${options({ fix: "bar" })}// ruleid: match\ncall(foo);\n`;
  const fixed = text.replace("foo", "bar");

  it("accepts a fix that is as on disk", async () => {
    expect(await checkCase({ "a.js": text, "a.fixed.js": fixed })).toMatchObject({ problems: [] });
  });

  it("reports a fixed file that is missing, wrong or stray", async () => {
    expect(kinds(await checkCase({ "a.js": text }))).toEqual(["missing-fixed"]);
    const wrong = await checkCase({ "a.js": text, "a.fixed.js": `${fixed}\n` });
    expect(kinds(wrong)).toEqual(["wrong-fixed"]);
    expect(wrong.outputs).toMatchObject([{ file: expect.stringMatching(/a\.fixed\.js$/u), text: fixed }]);
    expect(kinds(await checkCase({ "a.js": "call();\n", "a.fixed.js": "call();\n" }))).toEqual([
      "stray-fixed",
    ]);
  });

  it("reports a fix that is not idempotent", async () => {
    const grows = `${options({ find: "foo", fix: "foofoo" })}// ruleid: match\ncall(foo);\n`;
    const report = await checkCase({ "a.js": grows });
    expect(kinds(report)).toEqual(["unstable-fix"]);
    expect(report.outputs).toEqual([]);
  });

  it("reports a fix after which the rule still reports", async () => {
    const header = options({ find: "foo|qux", fix: "qux", unfixable: "qux" });
    const text = `${header}// ruleid: match\ncall(foo);\n`;
    const fixed = text.replace("call(foo)", "call(qux)");
    const report = await checkCase({ "a.js": text, "a.fixed.js": fixed });
    expect(kinds(report)).toEqual(["unclean-fix"]);
  });

  it("reports a fix that changes nothing", async () => {
    const same = `${options({ fix: "foo" })}// ruleid: match\ncall(foo);\n`;
    expect(kinds(await checkCase({ "a.js": same }))).toContain("no-effect");
  });

  it("reports a fix that breaks the text", async () => {
    const breaks = `${options({ fix: "(" })}// ruleid: match\ncall(foo);\n`;
    expect(kinds(await checkCase({ "a.js": breaks }))).toContain("unparsable-fix");
  });

  it("applies touching fixes in passes until none is left", async () => {
    const touching = `${options({ fix: "x" })}// ruleid: match, match\ncall(foofoo);\n`;
    const files = { "a.js": touching, "a.fixed.js": touching.replace("foofoo", "xx") };
    expect(await checkCase(files)).toMatchObject({ problems: [] });
  });
});

describe("meaning", () => {
  const check = (fix: string, extra = "") => {
    const text = `${yamlOptions({ fix })}${extra}# ruleid: match\na: foo\nb: 1\n`;
    return checkCase({ "a.yaml": text, "a.fixed.yaml": text.replace(/foo$/mu, fix) });
  };

  it("accepts a fix that changes the node it means", async () => {
    expect(await check("bar")).toMatchObject({ problems: [] });
  });

  it("reports a fix that changes more", async () => {
    const report = await check("bar\nc: 1");
    expect(kinds(report)).toEqual(["changed-meaning"]);
    expect(report.problems[0]?.message).toBe("The fix changes 2 nodes where 1 is intended.");
  });

  it("accepts more changes where the header says so", async () => {
    expect(await check("bar\nc: 1", "# @changes 2\n")).toMatchObject({ problems: [] });
  });
});

describe("suggestions", () => {
  const text = `${options({ suggest: ["bar", "baz"] })}// ruleid: match\ncall(foo);\n`;
  const outputs = {
    "a.suggested-1.js": text.replace("foo", "bar"),
    "a.suggested-2.js": text.replace("foo", "baz"),
  };

  it("accepts suggestions that are as on disk", async () => {
    const { problems, frames } = await checkCase({ "a.js": text, ...outputs });
    expect(problems).toEqual([]);
    expect(frames).toContain("suggestion: Write bar.\n3 - call(foo);\n3 + call(bar);");
  });

  it("reports one that is missing, wrong, stray, broken or without effect", async () => {
    expect(kinds(await checkCase({ "a.js": text, "a.suggested-1.js": outputs["a.suggested-1.js"] }))).toEqual(
      ["missing-suggested"],
    );
    expect(kinds(await checkCase({ "a.js": text, ...outputs, "a.suggested-2.js": "" }))).toEqual([
      "wrong-suggested",
    ]);
    expect(kinds(await checkCase({ "a.js": text, ...outputs, "a.suggested-3.js": "" }))).toEqual([
      "stray-suggested",
    ]);
    const broken = await checkCase({
      "a.js": `${options({ suggest: ["("] })}// ruleid: match\ncall(foo);\n`,
    });
    expect(kinds(broken)).toContain("unparsable-fix");
    const same = await checkCase({
      "a.js": `${options({ suggest: ["foo"] })}// ruleid: match\ncall(foo);\n`,
    });
    expect(kinds(same)).toContain("no-effect");
  });
});

describe("sidecars and folders", () => {
  it("reads a sidecar for a format without comments", async () => {
    const files = {
      "a.json": "foo;\ncall(foo);\n",
      "a.expect": '1 ruleid: match\n2:6-9 ruleid: match "No"\n',
    };
    expect(await checkCase(files)).toMatchObject({ problems: [] });
    expect(kinds(await checkCase({ ...files, "a.expect": "1 ruleid: match\n2:5 ruleid: match\n" }))).toEqual([
      "wrong-columns",
    ]);
    expect(kinds(await checkCase({ ...files, "a.expect": "first line\n" }))).toContain("malformed");
  });

  it("reads options from a sidecar", async () => {
    const files = { "a.json": "call(bar);\n", "a.expect": '@options [{"find": "bar"}]\n1 ruleid: match\n' };
    expect(await checkCase(files)).toMatchObject({ problems: [] });
  });

  it("lints the files of a folder together, and keeps outputs out of the folder", async () => {
    const one = `${options({ fix: "bar" })}// ruleid: match\ncall(foo);\n`;
    const files = {
      "case/one.js": one,
      "case/sub/two.js": "// ok: match\ncall();\n",
      "case/notes.txt": "foo is not linted\n",
      "case.expect": "sub/two.js:2 ok: match\n",
      "case.fixed/one.js": one.replace("foo", "bar"),
    };
    expect(await checkCase(files)).toMatchObject({ problems: [] });
    expect(kinds(await checkCase({ ...files, "case.expect": "2 ok: match\n" }))).toEqual(["malformed"]);
    expect(kinds(await checkCase({ ...files, "case.fixed/sub/two.js": "" }))).toEqual(["stray-fixed"]);
  });

  it("lints a case under the name in its header", async () => {
    const report = await checkCase({ "a.js": "// @filename service/app.js\n// ruleid: match\ncall(foo);\n" });
    expect(report.problems).toEqual([]);
    expect([...report.findings.keys()]).toEqual(["service/app.js"]);
    expect(kinds(await checkCase({ "a.js": "// @filename ../app.js\n" }))).toEqual(["malformed"]);
  });
});
