import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { file, gbm, swap } from "../packages/artifact-rules/tests/archives.js";
import { zip } from "../packages/artifact-rules/tests/zip-writer.js";
import { places, run, tree } from "../packages/orchestrator-lint/tests/support/cli.js";

const sound = zip(gbm());
const damaged = zip(swap(gbm(), "trees/t00_001.bin"));
const digest = createHash("sha256").update(sound).digest("hex");
const gate = (cwd: string, ...args: string[]) => run(cwd, ["verify-mojo-artifact", ...args]);

describe("verify-mojo-artifact", () => {
  it("prints a card of a sound archive and passes it", () => {
    const { status, stdout } = gate(tree({ "model.zip": sound }), "model.zip");
    expect(stdout).toBe(
      `model.zip: holds
  Gradient Boosting Machine, Binomial, 2 of 3 columns are features, 2 classes, 2 trees
  h2o 3.46.0.7, MOJO 1.40; scored by h2o-genmodel on Java, not by the C++ runtimes of MOJO2
  ${sound.length} bytes, sha256 ${digest}, held against no digest
`,
    );
    expect(status).toBe(0);
  });

  it("fails a damaged one, and names the check", () => {
    const { status, stdout } = gate(tree({ "model.zip": damaged }), "model.zip");
    expect(stdout).toContain("(tree-missing)");
    expect(stdout).toContain("model.zip: does not hold: 1 error");
    expect(status).toBe(1);
  });

  it("looks through a pipeline: every zip file below it, and the code that trains", () => {
    const cwd = tree({
      ".gitignore": "*.zip\n",
      "pipeline/models/a.zip": sound,
      "pipeline/models/b.zip": damaged,
      "pipeline/models/c.zip": zip([file("readme.txt", "no model")]),
      "pipeline/train.py": "import h2o\n\n\ndef export(model):\n    h2o.save_model(model, 'models')\n",
      "other/d.zip": damaged,
    });
    const { status, stdout } = gate(cwd, "--pipeline-dir", "pipeline", "--format", "json");
    expect(places(stdout).sort()).toEqual([
      "b.zip:1:1 verify-mojo",
      "c.zip:1:1 verify-mojo",
      "train.py:5:5 no-binary-model-export",
    ]);
    expect(status).toBe(1);
  });

  it("reads the blocks of a Mage pipeline together, and reports once what one file says by itself", () => {
    const train = (end: string) => `import h2o
from h2o.estimators import H2OGradientBoostingEstimator
from mage_ai.data_preparation.decorators import transformer


@transformer
def train(frame, *args, **kwargs):
    model = H2OGradientBoostingEstimator()
    model.train(y="churned", training_frame=h2o.H2OFrame(frame))
    ${end}
`;
    const block = (name: string) => `  - { uuid: ${name}, type: transformer, language: python }\n`;
    const cwd = tree({
      "mage/pipelines/churn/metadata.yaml": `blocks:\n${block("returned")}${block("kept")}`,
      "mage/pipelines/price/metadata.yaml": `blocks:\n${block("priced")}${block("exported")}`,
      "mage/transformers/returned.py": train("return model"),
      "mage/transformers/kept.py": train("return None"),
      "mage/transformers/priced.py": train("return model"),
      "mage/transformers/exported.py": "def keep(model):\n    return model.save_mojo('models')\n",
    });
    const { stdout } = gate(cwd, "--pipeline-dir", "mage", "--format", "sarif");
    const found = (JSON.parse(stdout) as Sarif).runs.flatMap(({ results }) =>
      results.map(
        ({ ruleId, locations }) => `${locations[0]!.physicalLocation.artifactLocation.uri} ${ruleId}`,
      ),
    );
    expect(found.sort()).toEqual([
      "mage/transformers/kept.py orchestrator/require-mojo-export",
      "mage/transformers/returned.py orchestrator/require-mojo-export",
    ]);
  });

  it("writes a digest beside what holds, and holds it against that afterwards", () => {
    const cwd = tree({ "a.zip": sound, "b.zip": damaged });
    gate(cwd, "a.zip", "b.zip", "--write-digest");
    expect(readFileSync(path.join(cwd, "a.zip.sha256"), "utf8")).toBe(`${digest}  a.zip\n`);
    expect(existsSync(path.join(cwd, "b.zip.sha256"))).toBe(false);
    expect(gate(cwd, "a.zip").stdout).toContain(`sha256 ${digest}, as a.zip.sha256 says`);
    writeFileSync(path.join(cwd, "a.zip"), zip(gbm(), { comment: "changed" }));
    const changed = gate(cwd, "a.zip");
    expect(changed.stdout).toContain("(digest-mismatch)");
    expect(changed.status).toBe(1);
  });

  it("takes a digest from the command line, in capitals too", () => {
    const cwd = tree({ "a.zip": sound });
    expect(gate(cwd, "a.zip", "--digest", digest.toUpperCase()).status).toBe(0);
    expect(gate(cwd, "a.zip", "--digest", "0".repeat(64)).stdout).toContain("(digest-mismatch)");
    expect(gate(cwd, "a.zip", "--digest", "abc").stdout).toContain("(digest-unreadable)");
  });

  it("says in SARIF which check found what in which entry", () => {
    const cwd = tree({
      "a.zip": zip(swap(gbm(), "domains/d000.txt", { bytes: new TextEncoder().encode("b\na\n") })),
      "b.zip": zip([...gbm(), file("MODEL.INI", "")]),
    });
    const { runs } = JSON.parse(gate(cwd, "a.zip", "b.zip", "--format", "sarif").stdout) as Sarif;
    expect(runs[0]!.tool.driver.name).toBe("orchestrator (artifacts)");
    expect(
      runs[0]!.results.map(({ ruleId, properties, locations }) => [
        ruleId,
        properties.check,
        locations[0]!.logicalLocations?.[0]?.fullyQualifiedName,
      ]),
    ).toEqual([
      ["orchestrator/verify-mojo", "details-mismatch", "a.zip!model.ini"],
      ["orchestrator/verify-mojo", "zip-duplicate-name", "b.zip!MODEL.INI"],
    ]);
  });

  it("fails, with the reason, what is asked for and cannot be verified", () => {
    const cwd = tree({ "a.txt": "" });
    expect(gate(cwd).status).toBe(2);
    expect(gate(cwd, "missing.zip").status).toBe(2);
    expect(gate(cwd, "--pipeline-dir", ".").stderr).toContain("There is no MOJO");
    // The jar together with a path that ends in .zip makes a directory of that name.
    mkdirSync(path.join(cwd, "churn.zip"));
    writeFileSync(path.join(cwd, "churn.zip/model.zip"), sound);
    expect(gate(cwd, "--pipeline-dir", ".").stdout).toContain("churn.zip/model.zip: holds");
  });

  it("holds requirements, Dockerfiles and models to one release", () => {
    const cwd = tree({
      "a.zip": sound,
      "requirements.txt": "-r base.in\n",
      "base.in": "h2o==3.46.0.7\n",
      Dockerfile: "FROM x\nRUN pip install h2o==3.44.0.3\n",
      "legacy/requirements.txt": "h2o>=3.46.0.12\n",
    });
    const { stdout, status } = gate(cwd, "--pipeline-dir", ".", "--format", "sarif");
    const { results } = (JSON.parse(stdout) as Sarif).runs.find(({ tool }) =>
      tool.driver.name.includes("artifacts"),
    )!;
    expect(
      results.map(({ ruleId, locations, relatedLocations = [] }) => [
        ruleId.replace("orchestrator/", ""),
        locations[0]!.physicalLocation.artifactLocation.uri,
        relatedLocations.length,
      ]),
    ).toEqual([
      ["h2o-version-match", "Dockerfile", 2],
      ["h2o-exact-pin", "legacy/requirements.txt", 0],
      ["h2o-export-gated", "legacy/requirements.txt", 0],
    ]);
    expect(status).toBe(1);
    writeFileSync(
      path.join(cwd, "orchestrator.config.json"),
      JSON.stringify({ settings: { h2o: { secure: true } } }),
    );
    expect(gate(cwd, "--pipeline-dir", "legacy").stdout).not.toContain("h2o-export-gated");
  });

  it("lets a level be lowered", () => {
    const cwd = tree({ "b.zip": damaged });
    expect(gate(cwd, "b.zip", "--rule", "verify-mojo: warn").status).toBe(0);
    expect(gate(cwd, "b.zip", "--rule", "verify-mojo: off").status).toBe(2);
  });
});

describe("check", () => {
  it("verifies archives that hold a model, and leaves other zip files alone", () => {
    const cwd = tree({ "models/b.zip": damaged, "data/readme.zip": zip([file("readme.txt", "no model")]) });
    const { status, stdout, stderr } = run(cwd, ["check", "--format", "json"]);
    expect(places(stdout)).toEqual(["b.zip:1:1 verify-mojo"]);
    expect(stderr).toContain("Checked 1 MOJO.");
    expect(status).toBe(1);
  });

  it("verifies what is called a MOJO or loaded as one, and what is left of one", () => {
    const other = zip([file("readme.txt", "no model")]);
    const cwd = tree({
      "models/churn.mojo": other,
      "models/churn_mojo.zip": "",
      "models/mojo.zip": "version https://git-lfs.github.com/spec/v1\n",
      "models/loaded.zip": other,
      "service/beside.zip": other,
      "models/cut.zip": sound.subarray(0, 600),
      "data/readme.zip": other,
      "data/mojoworld.zip": other,
      "driverless/pipeline.mojo": zip([file("mojo/pipeline.pb", "x")]),
      "service/score.py":
        "import h2o\n\na = h2o.import_mojo('models/loaded.zip')\nb = h2o.upload_mojo(\n    mojo_local_file_path='beside.zip',\n)\nopen('data/readme.zip')\n",
    });
    const { stdout } = run(cwd, ["check", "--engine", "artifact", "--format", "json"]);
    expect(places(stdout).sort()).toEqual(
      ["beside.zip", "churn.mojo", "churn_mojo.zip", "cut.zip", "loaded.zip", "mojo.zip"].map(
        (name) => `${name}:1:1 verify-mojo`,
      ),
    );
  });

  it("verifies links within the tree, and says which ones leave it", () => {
    const cwd = tree({ "models/a.zip": damaged, "links/.keep": "", "outside.zip": damaged });
    const root = tree({ "models/a.zip": damaged, "links/.keep": "" });
    symlinkSync("../models/a.zip", path.join(root, "links/b.zip"));
    symlinkSync(path.join(cwd, "outside.zip"), path.join(root, "links/c.zip"));
    const { stdout, status } = gate(root, "--pipeline-dir", "links", "--format", "json");
    expect(places(stdout).sort()).toEqual(["b.zip:1:1 verify-mojo", "c.zip:1:1 unread-file"]);
    expect(status).toBe(2);
    const checked = run(root, ["check", "links", "--format", "json"]);
    expect(places(checked.stdout).sort()).toEqual(["b.zip:1:1 verify-mojo", "c.zip:1:1 unread-file"]);
  });

  it("verifies archives whatever the case of their names, and what code loads by any name", () => {
    const cwd = tree({
      "A.ZIP": damaged,
      "b.Mojo": damaged,
      "nm/model": damaged,
      "nm/other": damaged,
      "nm/rows.csv": "a,b\n",
      "nm/load.py": `import h2o
model = h2o.import_mojo("nm/model")
rows = h2o.mojo_predict_csv(input_csv_path="rows.csv", mojo_zip_path="absent")
`,
    });
    const found = places(run(cwd, ["check", ".", "--format", "json"]).stdout);
    expect(found.filter((place) => place.endsWith("verify-mojo")).sort()).toEqual([
      "A.ZIP:1:1 verify-mojo",
      "b.Mojo:1:1 verify-mojo",
      "model:1:1 verify-mojo",
    ]);
  });

  it("tells an archive whose beginning was cut off from what is no archive", () => {
    const cwd = tree({ "a.zip": sound.subarray(100), "b.zip": Buffer.from("no archive") });
    const { stdout } = gate(cwd, "a.zip", "b.zip");
    expect(stdout).toContain("bytes before it are missing. (zip-damaged)");
    expect(stdout).toContain("This is no zip file, and so no MOJO. (not-a-mojo)");
  });

  it("writes no digest where it would be written through a link, and takes no file for a folder", () => {
    const cwd = tree({ "model.zip": sound, precious: "precious" });
    symlinkSync("precious", path.join(cwd, "model.zip.sha256"));
    const linked = gate(cwd, "model.zip", "--write-digest");
    expect(linked.stdout).toContain("(digest-unreadable)");
    expect(readFileSync(path.join(cwd, "precious"), "utf8")).toBe("precious");
    const { status, stderr } = gate(cwd, "--pipeline-dir", "model.zip");
    expect(stderr).toContain('--pipeline-dir takes a folder; "model.zip" is a file.');
    expect(status).toBe(2);
  });

  it("heeds comments that turn a rule off, in every file that has such comments", () => {
    const off = "# eslint-disable-next-line orchestrator/h2o-exact-pin -- a library\n";
    const cwd = tree({
      "requirements.txt": `${off}h2o\n`,
      "constraints.txt": "h2o  # eslint-disable-line orchestrator/h2o-exact-pin\n",
      Dockerfile: `FROM x\n${off}RUN pip install h2o\n`,
      "pyproject.toml": `[project]\n${off}dependencies = ["h2o"]\n`,
      ".gitlab-ci.yml": `a:\n  ${off}  script: pip install h2o\n`,
      "setup.py": `setup(\n    ${off}    install_requires=["h2o>=3"]\n)\n`,
      "research/requirements.txt": "h2o\n",
    });
    const { stdout } = run(cwd, ["check", "--engine", "artifact", "--format", "json"]);
    expect(places(stdout)).toEqual(["requirements.txt:1:1 h2o-exact-pin"]);
  });
});

interface Sarif {
  runs: {
    tool: { driver: { name: string } };
    results: {
      ruleId: string;
      properties: { check: string };
      locations: {
        physicalLocation: { artifactLocation: { uri: string } };
        logicalLocations?: { fullyQualifiedName: string }[];
      }[];
      relatedLocations?: object[];
    }[];
  }[];
}
