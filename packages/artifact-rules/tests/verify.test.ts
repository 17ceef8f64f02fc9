import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { bytesSource, verifyMojo, type CheckId } from "../src/verifier.js";
import { file, gbm, ini, stump, swap } from "./archives.js";
import { zip, type Part, type ZipOptions } from "./zip-writer.js";

const checks = (bytes: Uint8Array) => [...new Set(verifyMojo(bytes).findings.map(({ check }) => check))];
const of = (parts: readonly Part[], options?: ZipOptions) => checks(zip(parts, options));
const text = (content: string) => new TextEncoder().encode(content);

describe("an intact archive", () => {
  it("has no findings, and says what it is", () => {
    const verdict = verifyMojo(zip(gbm()));
    expect(verdict.findings).toEqual([]);
    expect(verdict.facts).toEqual({
      algorithm: "Gradient Boosting Machine",
      category: "Binomial",
      columns: 3,
      features: 2,
      classes: 2,
      trees: 2,
      h2oVersion: "3.46.0.7",
      mojoVersion: "1.40",
    });
  });

  it("is one however it is packed", () => {
    expect(of(gbm().map((part) => ({ ...part, method: 0 })))).toEqual([]);
    expect(of(gbm().map((part) => ({ ...part, descriptor: true })))).toEqual([]);
    expect(of(gbm(), { comment: "made by hand" })).toEqual([]);
    expect(of([...gbm(), { name: "trees/", bytes: new Uint8Array(), method: 0 }])).toEqual([]);
  });

  it("is read by any source in pieces", () => {
    const bytes = zip(gbm());
    const source = bytesSource(bytes);
    const copies = {
      size: source.size,
      read: (at: number, length: number) => source.read(at, length).slice(),
    };
    expect(verifyMojo(copies).findings).toEqual([]);
    // One buffer for all reads, as a file has it.
    const buffer = new Uint8Array(bytes.length);
    const reused = {
      size: source.size,
      read(at: number, length: number) {
        buffer.fill(0xff);
        const part = source.read(at, length);
        buffer.set(part);
        return buffer.subarray(0, part.length);
      },
    };
    expect(verifyMojo(reused).findings).toEqual([]);
  });
});

describe("the zip file", () => {
  const model = swap(gbm(), "model.ini");
  const [part] = gbm() as [Part];

  it.each<[string, CheckId, Uint8Array]>([
    ["cut off", "zip-damaged", zip(gbm()).slice(0, -30)],
    ["with an entry too many declared", "zip-damaged", zip(gbm(), { count: 9 })],
    ["with an entry too few declared", "zip-damaged", zip(gbm(), { count: 7 })],
    [
      "with another name at the data",
      "zip-directory",
      zip([{ ...part, localName: "trees/t00_009.bin" }, ...gbm().slice(1)]),
    ],
    ["with another CRC at the data", "zip-directory", zip([{ ...part, localCrc: 1 }, ...gbm().slice(1)])],
    ["with another size at the data", "zip-directory", zip([{ ...part, localSize: 1 }, ...gbm().slice(1)])],
    ["with an entry beyond its end", "zip-directory", zip([{ ...part, offset: 1e6 }, ...gbm().slice(1)])],
    ["with an absolute name", "zip-entry-name", zip([...gbm(), file("/etc/passwd", "")])],
    ["with a drive's name", "zip-entry-name", zip([...gbm(), file("c:evil", "")])],
    ["with a name that leaves it", "zip-entry-name", zip([...gbm(), file("trees/../../x", "")])],
    ["with a backslash", "zip-entry-name", zip([...gbm(), file("trees\\x", "")])],
    ["with a name twice", "zip-duplicate-name", zip([...gbm(), part])],
    ["with names that differ in case", "zip-duplicate-name", zip([...gbm(), file("MODEL.ini", "")])],
    [
      "with a symbolic link",
      "zip-special-entry",
      zip([...gbm(), { ...file("link", "/etc"), madeBy: 0x0314, attributes: 0xa1ff0000 }]),
    ],
    ["encrypted", "zip-encrypted", zip([{ ...part, flags: 0x801 }, ...gbm().slice(1)])],
    ["packed by bzip2", "zip-method", zip([{ ...part, method: 12 }, ...gbm().slice(1)])],
    [
      "with entries over one another",
      "zip-overlap",
      zip([part, { ...part, name: "trees/other", offset: 0, localName: part.name }, ...gbm().slice(1)]),
    ],
    [
      "with broken data",
      "zip-content",
      zip([{ ...part, packed: new Uint8Array([7, 7, 7, 7]) }, ...gbm().slice(1)]),
    ],
    [
      "with data that breaks off",
      "zip-content",
      zip([{ ...part, packed: deflateRawSync(part.bytes).subarray(0, 6) }, ...gbm().slice(1)]),
    ],
    [
      "with bytes after the data",
      "zip-content",
      zip([
        { ...part, packed: Buffer.concat([deflateRawSync(part.bytes), Buffer.from("x")]) },
        ...gbm().slice(1),
      ]),
    ],
    ["with more than it declares", "zip-content", zip([{ ...part, size: 3 }, ...gbm().slice(1)])],
    ["with less than it declares", "zip-content", zip([{ ...part, size: 300 }, ...gbm().slice(1)])],
    ["with a wrong CRC", "zip-crc", zip([{ ...part, crc: 1 }, ...gbm().slice(1)])],
    ["with a bomb in it", "zip-limit", zip([...gbm(), { ...file("bomb", "x"), size: 0xfffffffe }])],
    ["with bytes before it", "zip-extra-bytes", zip(gbm(), { prefix: text("#!/bin/sh\n") })],
    ["with bytes after it", "zip-extra-bytes", zip(gbm(), { suffix: text("more") })],
    ["without a model.ini", "not-a-mojo", zip(model)],
  ])("%s", (_, check, bytes) => {
    expect(checks(bytes)).toContain(check);
  });

  it("tells what else it is", () => {
    const message = (bytes: Uint8Array) =>
      verifyMojo(bytes)
        .findings.map((finding) => finding.message)
        .join();
    expect(message(new Uint8Array())).toContain("empty");
    expect(message(new Uint8Array([0x1c, 0xed, 0x09, 0x33, 0]))).toContain("binary H2O model");
    expect(message(text("/*\n*/\nimport hex.genmodel.GenModel;"))).toContain("POJO");
    expect(message(text("hello"))).toContain("no zip file");
    expect(message(zip([file("mojo/pipeline.pb", "x")]))).toContain("MOJO2");
    expect(message(zip([file("model/model.ini", "x")]))).toContain("not at the root");
    expect(message(zip([file("META-INF/MANIFEST.MF", "x")]))).toContain("Java archive");
    expect(message(zip([file("gbm.zip", "x")]))).toContain("inside another archive");
    expect(message(zip([file("a.txt", "x")]))).toContain("no model.ini");
    expect(message(text("version https://git-lfs.github.com/spec/v1\n"))).toContain("Git LFS");
  });
});

describe("model.ini", () => {
  const withIni = (content: string) => of(swap(gbm(), "model.ini", { bytes: text(content) }));
  const original = new TextDecoder().decode(gbm().find(({ name }) => name === "model.ini")!.bytes);

  it.each<[string, CheckId, (content: string) => string]>([
    ["a missing section", "ini-syntax", (content) => content.replace("[domains]\n", "")],
    ["a section twice", "ini-duplicate", (content) => `${content}[columns]\n`],
    ["a line without a value", "ini-syntax", (content) => content.replace("init_f = ", "init_f ")],
    ["a comment", "ini-syntax", (content) => content.replace("init_f", "# no\ninit_f")],
    ["a line before the sections", "ini-syntax", (content) => `a = b\n${content}`],
    ["a byte order mark", "ini-syntax", (content) => `\ufeff${content}`],
    ["a key twice", "ini-duplicate", (content) => content.replace("n_trees = 2", "n_trees = 2\nn_trees = 1")],
    ["a missing key", "ini-key", (content) => content.replace("init_f = 0.25\n", "")],
    ["a number of another type", "ini-type", (content) => content.replace("init_f = 0.25", "init_f = 1")],
    ["an unknown word", "ini-type", (content) => content.replace("= bernoulli", "= bernouli")],
    ["a version of another form", "ini-version", (content) => content.replace("= 1.40", "= 1.4")],
    ["a version from the future", "ini-version", (content) => content.replace("= 1.40", "= 1.50")],
    ["carriage returns", "ini-encoding", (content) => content.replaceAll("\n", "\r\n")],
    ["an h2o version of three parts", "ini-unusual", (content) => content.replace("3.46.0.7", "3.46.0")],
    ["no uuid", "ini-unusual", (content) => content.replace(/uuid = .*\n/, "")],
    ["another short name", "algorithm-mismatch", (content) => content.replace("algo = gbm", "algo = drf")],
    [
      "an unknown algorithm",
      "not-verified",
      (content) => content.replace("Gradient Boosting Machine", "Magic"),
    ],
    ["a column too few", "columns-count", (content) => content.replace("[columns]\nx\n", "[columns]\n")],
    ["too many features", "columns-count", (content) => content.replace("n_features = 2", "n_features = 3")],
    ["too many classes", "columns-count", (content) => content.replace("n_classes = 2", "n_classes = 3")],
    [
      "a distribution that is none",
      "columns-count",
      (content) => content.replace("[0.5, 0.5]", "[0.5, 0.7]"),
    ],
    ["a column twice", "columns-names", (content) => content.replace("x\nc\n", "c\nc\n")],
    [
      "a wrong number of domains",
      "domain-count",
      (content) => content.replace("n_domains = 2", "n_domains = 1"),
    ],
    ["a wrong number of levels", "domain-count", (content) => content.replace("1: 2 d000", "1: 3 d000")],
    [
      "domains exchanged",
      "domain-file",
      (content) => content.replace("d000", "d00x").replace("d001", "d000").replace("d00x", "d001"),
    ],
    ["a domain of no column", "domain-file", (content) => content.replace("1: 2 d000", "7: 2 d000")],
    ["another link", "details-mismatch", (content) => content.replace("= logit", "= log")],
    ["another category", "details-mismatch", (content) => content.replace("= Binomial", "= Regression")],
    [
      "another threshold",
      "details-mismatch",
      (content) => content.replace("threshold = 0.5", "threshold = 0.25"),
    ],
    ["another start", "details-mismatch", (content) => content.replace("init_f = 0.25", "init_f = 0.26")],
    ["columns exchanged", "details-mismatch", (content) => content.replace("x\nc\n", "c\nx\n")],
    [
      "fewer trees than there are",
      "tree-unexpected",
      (content) => content.replace("n_trees = 2", "n_trees = 1"),
    ],
    ["more trees than there are", "tree-missing", (content) => content.replace("n_trees = 2", "n_trees = 3")],
    ["trees for every class", "tree-missing", (content) => content.replace("per_class = 1", "per_class = 2")],
    [
      "trees beyond all counting",
      "tree-missing",
      (content) => content.replace("n_trees = 2", "n_trees = 2147483647"),
    ],
  ])("with %s", (_, check, change) => {
    expect(change(original)).not.toBe(original);
    expect(withIni(change(original))).toContain(check);
  });
});

describe("domains, details and trees", () => {
  const change = (name: string, bytes?: Uint8Array) => of(swap(gbm(), name, bytes && { bytes }));
  const { tree, aux } = stump();
  const edit = (bytes: Uint8Array, at: number, value: number) => {
    const copy = Uint8Array.from(bytes);
    copy[at] = value;
    return copy;
  };

  it.each<[string, CheckId, () => CheckId[]]>([
    ["a missing domain", "domain-file", () => change("domains/d000.txt")],
    ["a domain no column has", "domain-file", () => of([...gbm(), file("domains/d002.txt", "a\n")])],
    ["a level twice", "domain-levels", () => change("domains/d000.txt", text("a\na\n"))],
    ["a level too many", "domain-count", () => change("domains/d000.txt", text("a\nb\nc\n"))],
    ["levels exchanged", "details-mismatch", () => change("domains/d000.txt", text("b\na\n"))],
    ["no details", "details-unread", () => change("experimental/modelDetails.json")],
    ["broken details", "details-unread", () => change("experimental/modelDetails.json", text("{"))],
    ["a missing tree", "tree-missing", () => change("trees/t00_001.bin")],
    ["missing auxiliary data", "tree-missing", () => change("trees/t00_001_aux.bin")],
    ["a tree too many", "tree-unexpected", () => of([...gbm(), { name: "trees/t00_002.bin", bytes: tree }])],
    ["a tree that breaks off", "tree-bytes", () => change("trees/t00_000.bin", tree.subarray(0, 12))],
    [
      "a tree with more behind it",
      "tree-bytes",
      () => change("trees/t00_000.bin", Buffer.concat([tree, tree])),
    ],
    ["a node of an unknown type", "tree-bytes", () => change("trees/t00_000.bin", edit(tree, 0, 49))],
    ["an unknown direction", "tree-bytes", () => change("trees/t00_000.bin", edit(tree, 3, 9))],
    ["a split on the response", "tree-split", () => change("trees/t00_000.bin", edit(tree, 1, 2))],
    ["a split of numbers by levels", "tree-split", () => change("trees/t00_000.bin", edit(tree, 0, 0xf8))],
    [
      "numbers of another byte order",
      "details-mismatch",
      () => of(gbm({ info: { endianness: "BIG_ENDIAN" } })),
    ],
    ["auxiliary data too short", "tree-aux", () => change("trees/t00_000_aux.bin", aux.subarray(0, 36))],
    ["auxiliary data of another tree", "tree-aux", () => change("trees/t00_000_aux.bin", edit(aux, 4, 3))],
    [
      "another tree than summed up",
      "tree-summary",
      () => change("trees/t00_000.bin", new Uint8Array([0, 0xff, 0xff, 0, 0, 0, 0])),
    ],
  ])("with %s", (_, check, run) => {
    expect(run()).toContain(check);
  });

  it("allow a tree of one leaf, whose auxiliary data is empty", () => {
    const leaf = new Uint8Array([0, 0xff, 0xff, 0, 0, 0, 0]);
    const parts = swap(
      swap(gbm({ details: {} }), "trees/t00_000.bin", { bytes: leaf }),
      "trees/t00_000_aux.bin",
      { bytes: new Uint8Array() },
    );
    expect(of(parts)).toEqual([]);
  });

  it("allow trees that were never grown for a class without rows", () => {
    const info = {
      category: "Multinomial",
      n_classes: "3",
      n_domains: "1",
      n_trees_per_class: "3",
      prior_class_distrib: "[0.5, 0.5, 0.0]",
      model_class_distrib: "[0.5, 0.5, 0.0]",
      distribution: "multinomial",
      link_function: "log",
    };
    const parts = gbm({ info, domains: ["2: 3 d000.txt"], details: {} }).filter(
      ({ name }) => !name.startsWith("domains/"),
    );
    const second = [0, 1].flatMap((index) => [
      { name: `trees/t01_00${index}.bin`, bytes: tree },
      { name: `trees/t01_00${index}_aux.bin`, bytes: aux },
    ]);
    const whole = [...parts, ...second, file("domains/d000.txt", "p\nq\nr\n")];
    expect(of(whole)).toEqual([]);
    expect(of(swap(whole, "trees/t01_001.bin"))).toContain("tree-missing");
  });
});

describe("limits", () => {
  it("keep large entries out of memory, and say so", () => {
    const verdict = verifyMojo(zip(gbm()), { limits: { heldBytes: 20 } });
    expect(verdict.findings.map(({ check }) => check)).toContain("not-verified");
  });

  it("count what a check repeats", () => {
    const levels = Array.from({ length: 100 }, () => "a").join("\n");
    const { findings } = verifyMojo(zip(swap(gbm(), "domains/d000.txt", { bytes: text(levels) })));
    const repeated = findings.filter(({ check }) => check === "domain-levels");
    expect(repeated).toHaveLength(21);
    expect(repeated.at(-1)?.message).toBe("79 more like it.");
  });

  it("keep control characters out of messages", () => {
    const { findings } = verifyMojo(zip([...gbm(), file("a\u001b[31m/../b", "")]));
    expect(findings.map(({ entry }) => entry).join()).toContain("\\u001b[31m");
  });

  it("refuse a bomb of four gigabytes and a million entries in under a second", () => {
    const zeros = deflateRawSync(new Uint8Array(1 << 24));
    const bomb = (size: number) =>
      zip([...gbm(), { name: "bomb", bytes: new Uint8Array(), packed: zeros, size }]);
    const [declared, hidden, many] = [bomb(0xfffffff0), bomb(100), millionEntries()];
    // Of the processor: other processes may take theirs.
    const started = process.cpuUsage();
    expect(checks(declared)).toEqual(["zip-limit"]);
    // One that declares little inflates no further than that.
    expect(checks(hidden)).toEqual(["zip-content"]);
    expect(checks(many)).toEqual(["zip-limit"]);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(1000);
  });
});

/** A directory of a million entries, all at offset 0, with the zip64 records that count them. */
function millionEntries(): Uint8Array {
  const count = 1_000_000;
  const header = Buffer.alloc(47);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(1, 28);
  header.write("x", 46);
  const directory = Buffer.alloc(count * header.length, header);
  const end = Buffer.alloc(56 + 20 + 22);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeBigUInt64LE(BigInt(count), 24);
  end.writeBigUInt64LE(BigInt(count), 32);
  end.writeBigUInt64LE(BigInt(directory.length), 40);
  end.writeUInt32LE(0x07064b50, 56);
  end.writeBigUInt64LE(BigInt(directory.length), 64);
  end.writeUInt32LE(1, 72);
  end.writeUInt32LE(0x06054b50, 76);
  end.fill(0xff, 84, 96);
  return new Uint8Array(Buffer.concat([directory, end]));
}

it("verifies a generalized linear model by its coefficients", () => {
  const info = {
    mojo_version: "1.00",
    algo: "glm",
    algorithm: "Generalized Linear Modeling",
    use_all_factor_levels: "true",
    cats: "1",
    cat_offsets: "[0, 2]",
    nums: "1",
    mean_imputation: "true",
    num_means: "[0.5]",
    cat_modes: "[0]",
    beta: "[0.1, 0.2, 0.3, 0.4]",
    family: "binomial",
    link: "logit",
  };
  const parts = (changes = {}) => [
    file("model.ini", ini({ ...info, ...changes }, ["c", "x", "y"], ["0: 2 d000.txt", "2: 2 d001.txt"])),
    file("domains/d000.txt", "a\nb\n"),
    file("domains/d001.txt", "no\nyes\n"),
  ];
  expect(of(parts())).toEqual(["details-unread"]);
  for (const change of [
    { beta: "[0.1, 0.2, 0.3]" },
    { cats: "2" },
    { cat_offsets: "[0, 1]" },
    { num_means: "[0.5, 0.5]" },
    { link: "log" },
    { cat_modes: "[7]" },
  ]) {
    expect(of(parts(change))).toContain("coefficients");
  }
});
