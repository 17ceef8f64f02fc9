import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { places, run, tree } from "./support/cli.js";

const JSON_COLUMN = "CREATE TABLE t (a json);\n";
const check = (cwd: string, ...args: string[]) => run(cwd, ["check", "--format", "json", ...args]);

describe("files that are hard to read", () => {
  it("an empty file has no findings", () => {
    const { status, stdout, stderr } = check(tree({ "a.sql": "", "compose.yaml": "", "b.py": "" }));
    expect({ status, found: places(stdout) }).toEqual({ status: 0, found: [] });
    expect(stderr).toContain("Checked 1 PostgreSQL script");
  });

  it("a binary file is a warning, and an error with exit code 2 when it was asked for", () => {
    const cwd = tree({ "a.sql": Uint8Array.of(83, 81, 0, 255, 254), "b.sql": JSON_COLUMN });
    const all = check(cwd);
    expect(all.status).toBe(1);
    expect(places(all.stdout)).toEqual(["a.sql:1:1 unread-file", "b.sql:1:19 prefer-jsonb"]);
    expect(all.stdout).toContain("it is a binary file");
    expect(check(cwd, "--rule", "prefer-jsonb: off").status).toBe(0);
    expect(check(cwd, "--rule", "prefer-jsonb: off", "--strict-parse").status).toBe(1);
    expect(check(cwd, "a.sql").status).toBe(2);
  });

  it("a dump of 20 MB is read to its end", () => {
    const rows = "INSERT INTO public.events VALUES (1, 'some text; not a statement', 123.45, NULL);\n";
    const copy = `COPY t (a, b) FROM stdin;\n${"1\tit's; data\n".repeat(400_000)}\\.\n`;
    const dump = JSON_COLUMN + rows.repeat(185_000) + copy + "CREATE TABLE last (z json);\n";
    expect(dump.length).toBeGreaterThan(20_000_000);
    const { status, stdout } = check(tree({ "dump.sql": dump }));
    expect(status).toBe(1);
    expect(places(stdout)).toEqual(["dump.sql:1:19 prefer-jsonb", "dump.sql:585004:22 prefer-jsonb"]);
  });

  it("an unterminated string is reported where it begins, and what stands before it is checked", () => {
    const { status, stdout } = check(tree({ "a.sql": `${JSON_COLUMN}INSERT INTO t VALUES ('no end);\n` }));
    expect(status).toBe(1);
    expect(places(stdout)).toEqual(["a.sql:1:19 prefer-jsonb", "a.sql:2:23 no-unparsed-sql"]);
  });

  it("a statement that cannot be read is an error where nothing may go unread", () => {
    const cwd = tree({ "a.sql": "CREATE TABL t (;\n" });
    expect(check(cwd).status).toBe(0);
    expect(check(cwd, "--strict-parse").status).toBe(1);
    expect(check(cwd, "--strict-parse", "--rule", "no-unparsed-sql: off").status).toBe(0);
  });

  it("text that is not UTF-8 is checked, with a warning", () => {
    const latin1 = Buffer.from(`-- caf\xe9\n${JSON_COLUMN}`, "latin1");
    const { status, stdout } = check(tree({ "a.sql": latin1 }));
    expect(status).toBe(1);
    expect(places(stdout)).toEqual(["a.sql:1:1 unread-file", "a.sql:2:19 prefer-jsonb"]);
    expect(stdout).toContain("not valid UTF-8");
  });

  it("a byte order mark does not hide a Compose file or a manifest", () => {
    const compose = 'services: { db: { image: "postgres:16", ports: ["5432:5432"] } }\n';
    const pod = "kind: Pod\napiVersion: v1\nmetadata: { name: p }\nspec: { containers: [{ name: c, image: redis, ports: [{ containerPort: 6379, hostPort: 1 }] }] }\n"; // prettier-ignore
    const utf16 = Buffer.from(`\uFEFF${compose}`, "utf16le");
    const cwd = tree({
      "a/compose.yml": `\uFEFF${compose}`,
      "b/compose.yml": utf16,
      "pod.yaml": `\uFEFF${pod}`,
    });
    const found = places(check(cwd).stdout).filter((place) => /published|unread/.test(place));
    expect(found).toEqual([
      "compose.yml:1:49 no-published-datastore-port",
      "compose.yml:1:1 unread-file",
      "compose.yml:1:49 no-published-datastore-port",
      "pod.yaml:4:88 no-published-datastore-port",
    ]);
  });

  it("text that is not UTF-8 is never written back", () => {
    const latin1 = Buffer.from(`-- caf\xe9\n${JSON_COLUMN}`, "latin1");
    const cwd = tree({ "a.sql": latin1 });
    expect(check(cwd, "--fix").status).toBe(1);
    expect(readFileSync(path.join(cwd, "a.sql")).equals(latin1)).toBe(true);
  });

  it("ten thousand findings in one file take no longer than reading it", () => {
    const script = Array.from({ length: 10_000 }, (_, index) => `CREATE TABLE t${index} (j json);\n`).join(
      "",
    );
    const { stdout } = check(tree({ "a.sql": script }));
    expect(places(stdout)).toHaveLength(10_000);
    expect(stdout).toContain('"subject": "public.t9999.j"');
  });

  it.runIf(process.platform !== "win32")("a pipe is not waited for", () => {
    const cwd = tree({ "b.sql": JSON_COLUMN });
    execFileSync("mkfifo", [path.join(cwd, "a.sql")]);
    const { status, stdout } = check(cwd, "a.sql", "b.sql");
    expect(places(stdout)).toEqual(["a.sql:1:1 unread-file", "b.sql:1:19 prefer-jsonb"]);
    expect(status).toBe(2);
  });

  it("a YAML alias bomb ends quickly", () => {
    const levels = "abcdefghijklmnop".split("");
    const bomb = levels
      .map((name, index) => {
        const item = index === 0 ? "{x: &leaf 1}" : `[${`*${levels[index - 1]!}, `.repeat(9)}]`;
        return `x-${name}: &${name} ${item}`;
      })
      .join("\n");
    const service = (alias: string) => `services:\n  s:\n    image: x\n    environment: *${alias}\n`;
    const cwd = tree({ "compose.yaml": `${bomb}\n${service("p")}`, "a.sql": JSON_COLUMN });
    const { status, stdout } = check(cwd);
    expect(status).toBe(1);
    expect(places(stdout)).toContain("a.sql:1:19 prefer-jsonb");
  });

  it("broken YAML is a warning that names the place, broken Python too", () => {
    const cwd = tree({
      "compose.yaml": "services:\n  a: [1\n  b: 2\n",
      "a.py": "import time\nasync def f():\n    time.sleep(1)\nclass )\n",
      "no-rule-word.py": "class )\n",
      "b.py": "import time\nasync def f():\n    time.sleep(1)\n",
    });
    const { status, stdout } = check(cwd);
    expect(status).toBe(1);
    expect(places(stdout)).toEqual([
      "a.py:3:5 async-blocking-sleep",
      "a.py:4:1 unread-file",
      "b.py:3:5 async-blocking-sleep",
      "compose.yaml:3:2 unread-file",
    ]);
    // A file with none of the rules' words holds no finding; only a strict run asks whether it can be read.
    expect(places(check(cwd, "--strict-parse").stdout)).toContain("no-rule-word.py:1:1 unread-file");
  });

  it("YAML that a template engine has yet to fill in is said to be a template", () => {
    const cwd = tree({
      "compose.yaml": "services:\n  api:\n    image: {{ project }}:1\n    ports:\n      - {{ port }}:80\n",
    });
    const { status, stdout } = check(cwd, "--engine", "eslint");
    expect([status, places(stdout)]).toEqual([0, ["compose.yaml:3:24 unread-file"]]);
    expect(stdout).toContain("it is a template, which is not filled in");
  });

  it("a link out of the tree is not followed", () => {
    const cwd = tree({ "in/b.sql": JSON_COLUMN, "secret.sql": "CREATE TABLE secret (a json);\n" });
    symlinkSync(path.join(cwd, "secret.sql"), path.join(cwd, "in/a.sql"));
    expect(places(check(path.join(cwd, "in")).stdout)).toEqual(["b.sql:1:19 prefer-jsonb"]);
    const asked = check(path.join(cwd, "in"), "a.sql");
    expect(places(asked.stdout)).toEqual(["a.sql:1:1 unread-file"]);
    expect(asked).toMatchObject({
      status: 2,
      stdout: expect.stringContaining("outside the checked tree") as string,
    });
  });
});

describe("migrations that are hard to read", () => {
  const migrations = (cwd: string) =>
    run(cwd, ["validate-schema-migration", "--migration-dir", ".", "--format", "json"], {
      // Whoever needs more has read what nobody can.
      NODE_OPTIONS: "--max-old-space-size=512",
    });
  const around = (text: string) => `CREATE TABLE a (x json);\n${text};\nCREATE TABLE b (y json);\n`;
  const nested = (open: string, inner: string, close: string) =>
    `SELECT ${open.repeat(50_000)}${inner}${close.repeat(50_000)}`;

  it.each([
    ["a broken statement", "CREATE TABEL c (z json)"],
    ["50,000 parentheses", nested("(", "1", ")")],
    ["50,000 calls", nested("f(", "1", ")")],
    ["50,000 CASEs", nested("CASE WHEN a THEN ", "1", " END")],
    ["50,000 NOTs", nested("NOT ", "a", "")],
    ["50,000 signs", nested("- ", "1", "")],
    ["50,000 arrows", nested("", "data", " -> 'a'")],
    ["50,000 unions", nested("", "1", " UNION SELECT 1")],
    ["50,000 sub-selects", `SELECT * FROM ${"(SELECT * FROM ".repeat(50_000)}t${") s".repeat(50_000)}`],
    ["50,000 blocks", `DO $$ ${"BEGIN ".repeat(50_000)}PERFORM 1; ${"END; ".repeat(50_000)}$$`],
  ])("%s hides nothing around it, and is said", (_name, text) => {
    const { status, stdout } = migrations(tree({ "V1__a.sql": around(text) }));
    expect({ status, places: places(stdout).map((place) => place.replace(/:\d+ /, " ")) }).toEqual({
      status: 1,
      places: ["V1__a.sql:1 prefer-jsonb", "V1__a.sql:2 no-unparsed-sql", "V1__a.sql:3 prefer-jsonb"],
    });
  });

  it("a path of 50,000 steps is shown by its ends", () => {
    const path = `CREATE VIEW v AS SELECT 1 FROM a WHERE x::jsonb @? '$${".k".repeat(50_000)}'`;
    const { stdout } = migrations(tree({ "V1__a.sql": around(path) }));
    expect(stdout).toContain("50000 levels deep");
    expect(stdout.length).toBeLessThan(10_000);
  });

  it("a dump of 100 MB is refused by name, and the gate is not passed", () => {
    const row = "INSERT INTO t VALUES (1, 'a row of a dump that somebody took for a migration');\n";
    const dump = row.repeat(Math.ceil((100 * 1024 * 1024) / row.length));
    const { status, stdout, stderr } = migrations(
      tree({ "V1__a.sql": around("SELECT 1"), "V2__d.sql": dump }),
    );
    expect(status).toBe(2);
    expect(places(stdout)).toEqual([
      "V1__a.sql:1:1 no-unparsed-sql",
      "V1__a.sql:1:19 no-unparsed-sql",
      "V1__a.sql:3:19 no-unparsed-sql",
      "V2__d.sql:1:1 unread-file",
    ]);
    expect(stdout).toContain(
      "Perhaps one for prefer-jsonb, but public.a is in doubt (V2__d.sql could not be read)",
    );
    expect(stdout).toContain("V2__d.sql was not read into this history, it is larger than 64 MiB");
    expect(stderr).toContain("V2__d.sql");
  });

  it.each<[string, Record<string, string>, string]>([
    [
      "two scripts of one version",
      { "V1__a.sql": "CREATE TABLE a ();", "V1.0__b.sql": "CREATE TABLE b ();" },
      "Version 1.0 is also that of V1__a.sql",
    ],
    [
      "changes that require each other",
      {
        "sqitch.plan":
          "%project=p\n\na [b] 2024-01-01T00:00:00Z N <n@e> # a\nb [a] 2024-01-01T00:00:00Z N <n@e> # b\n",
        "deploy/a.sql": "CREATE TABLE a ();",
        "deploy/b.sql": "CREATE TABLE b ();",
      },
      "require each other",
    ],
    [
      "a change that is not in the plan",
      {
        "sqitch.plan": "%project=p\n\na [gone] 2024-01-01T00:00:00Z N <n@e> # a\n",
        "deploy/a.sql": "CREATE TABLE a ();",
      },
      "requires gone, which is not in sqitch.plan",
    ],
    [
      "a script that the journal lists",
      {
        "meta/_journal.json":
          '{"dialect":"postgresql","entries":[{"idx":0,"when":1,"tag":"0000_a"},{"idx":1,"when":2,"tag":"0001_gone"}]}',
        "0000_a.sql": "CREATE TABLE a ();",
      },
      "0001_gone.sql, which the journal lists, is not there",
    ],
    [
      "a script that the change log includes",
      {
        "db.changelog-master.yaml":
          "databaseChangeLog:\n  - include: {file: a.sql}\n  - include: {file: gone.sql}\n",
        "a.sql": "--liquibase formatted sql\n--changeset n:1\nCREATE TABLE a ();\n",
      },
      "gone.sql, which the change log db.changelog-master.yaml includes, is not there",
    ],
  ])("%s: said by name", (_name, files, message) => {
    const { stdout } = migrations(tree(files));
    expect(stdout).toContain(message);
    expect(stdout).toContain("orchestrator/no-unparsed-sql");
  });
});

describe("mistakes in the call", () => {
  const cwd = () => tree({ "a.sql": JSON_COLUMN });

  it.each([
    [["check", "missing.sql"], 'no file or directory "missing.sql"'],
    [["check", "--formt", "json"], "Did you mean --format?"],
    [["check", "--format", "xml"], "Allowed choices are stylish, json, sarif, github"],
    [["check", "--rule", "prefer-json: off"], 'did you mean "prefer-jsonb"'],
    [["check", "--rule", "prefer-jsonb: fatal"], "the level must be off, warn or error"],
    [["check", "--view", "logic"], "Allowed choices are logical"],
    [["check", "--max-warnings", "few"], "must be a whole number"],
    [["check", "--config", "none.json"], "none.json cannot be read"],
    [["check", ".."], "lies outside"],
    [["check", "--output", "no-folder/x"], "--output: "],
    [["chek"], "Did you mean check?"],
    [["explain", "prefer-json"], 'did you mean "prefer-jsonb"'],
  ])("%j exits with 2 and says so", (args, message) => {
    const { status, stdout, stderr } = run(cwd(), args);
    expect(stderr).toContain(message);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });

  it("an unknown configuration key names the nearest one", () => {
    const directory = tree({ "a.sql": JSON_COLUMN, "orchestrator.config.json": '{"rulez": {}}' });
    const { status, stderr } = run(directory, ["check"]);
    expect(stderr).toContain('unknown key "rulez"; did you mean "rules"?');
    expect(status).toBe(2);
  });

  it("without Semgrep the other findings are still there, and the run has failed", () => {
    const directory = tree({ "a.sql": JSON_COLUMN, "b.py": "import time\n" });
    const { status, stdout, stderr } = run(directory, ["check", "--format", "json"], {
      ORCHESTRATOR_SEMGREP: path.join(directory, "no-semgrep"),
    });
    expect(places(stdout)).toEqual(["a.sql:1:19 prefer-jsonb"]);
    expect(stderr).toMatch(/Failed: semgrep: .*no-semgrep/);
    expect(status).toBe(2);
    expect(run(directory, ["check", "--no-semgrep"]).stderr).toContain("Not run, as asked: semgrep.");
  });

  it("a file that may not be read is a warning", () => {
    const directory = tree({ "a.sql": JSON_COLUMN, "b.sql": JSON_COLUMN });
    chmodSync(path.join(directory, "a.sql"), 0o000);
    const { stdout } = run(directory, ["check", "--format", "json"]);
    const isRoot = process.getuid?.() === 0;
    expect(places(stdout)).toEqual([
      isRoot ? "a.sql:1:19 prefer-jsonb" : "a.sql:1:1 unread-file",
      "b.sql:1:19 prefer-jsonb",
    ]);
  });
});
