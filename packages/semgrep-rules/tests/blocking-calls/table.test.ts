import { Ajv } from "ajv";
import fs from "node:fs";
import { describe, expect, it } from "vitest";
import {
  blockingCalls,
  expand,
  familyFiles,
  match,
  methodOf,
  offloaderEntries,
  tableOf,
} from "../../src/blocking-calls/index.js";
import offloadersSchema from "../../src/blocking-calls/offloaders.schema.json" with { type: "json" };
import schema from "../../src/blocking-calls/schema.json" with { type: "json" };

const directory = new URL("../../src/blocking-calls/", import.meta.url);
const files = fs
  .readdirSync(directory)
  .filter((name) => /^[\w-]+\.json$/u.test(name) && name !== "schema.json");

describe("the data files", () => {
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
  ajv.addSchema(schema, "schema.json");
  const family = ajv.compile(schema);
  const offloaders = ajv.compile({ ...offloadersSchema, $id: "offloaders.schema.json" });

  it.each(files)("%s is as its schema says", (name) => {
    const data: unknown = JSON.parse(fs.readFileSync(new URL(name, directory), "utf8"));
    const validate = name === "offloaders.json" ? offloaders : family;
    validate(data);
    expect(validate.errors ?? []).toEqual([]);
  });

  it("are all in the table", () => {
    expect(familyFiles.map(({ family }) => `${family}.json`).sort()).toEqual(
      files.filter((name) => name !== "offloaders.json"),
    );
  });

  it("say each thing once", () => {
    const functions = familyFiles.flatMap(({ calls }) => calls.flatMap((group) => expand(group.functions)));
    expect(functions.filter((name, index) => functions.indexOf(name) !== index)).toEqual([]);
    const makers = [...blockingCalls.types.values()].flatMap(({ names, made }) => [...names, ...made]);
    expect(makers.filter((name, index) => makers.indexOf(name) !== index)).toEqual([]);
  });

  it("name only types they declare", () => {
    const declared = new Set(familyFiles.flatMap(({ types }) => Object.keys(types)));
    const named = familyFiles.flatMap(({ calls, types }) => [
      ...calls.flatMap((group) => Object.keys(group.methods ?? {})),
      ...Object.values(types).flatMap(({ returns = {}, attributes = {} }) => [
        ...Object.values(returns),
        ...Object.values(attributes),
      ]),
    ]);
    expect(named.filter((name) => !declared.has(name))).toEqual([]);
  });
});

describe("the table", () => {
  it("knows functions, constructors and methods", () => {
    expect(blockingCalls.functions.get("requests.get")).toMatchObject({ family: "http", tier: "network" });
    expect(blockingCalls.functions.get("os.path.exists")?.tier).toBe("stat");
    expect(blockingCalls.makers.get("requests.Session")).toBe("requests.Session");
    const session = blockingCalls.types.get("requests.Session")!;
    expect(methodOf(session, "get")?.family).toBe("http");
    expect(methodOf(session, "mount")).toBeUndefined();
    expect(methodOf(blockingCalls.types.get("openai.OpenAI")!, "chat.completions.create")?.tier).toBe(
      "network",
    );
  });

  it("takes every method of a type but the ones that do not block", () => {
    const redis = blockingCalls.types.get("redis.Redis")!;
    expect(methodOf(redis, "hgetall")?.family).toBe("redis");
    expect(methodOf(redis, "pipeline")).toBeUndefined();
    expect(methodOf(redis, "_private")).toBeUndefined();
  });

  it("follows receivers from maker to maker", () => {
    const connection = blockingCalls.types.get(blockingCalls.makers.get("psycopg2.connect")!)!;
    const cursor = blockingCalls.types.get(connection.returns.get("cursor")!)!;
    expect(methodOf(cursor, "execute")?.family).toBe("database");
  });

  it("matches a name by its segments", () => {
    expect(match(blockingCalls.makers, "sklearn.ensemble.RandomForestClassifier")).toBe(
      "sklearn.base.BaseEstimator",
    );
    expect(match(blockingCalls.makers, "h2o.estimators.gbm.H2OGradientBoostingEstimator")).toBe(
      "h2o.estimators.H2OEstimator",
    );
    expect(match(blockingCalls.makers, "sklearn.ensemble")).toBeUndefined();
  });

  it("knows what takes a function off the loop", () => {
    expect(blockingCalls.offloaders).toContainEqual({
      callee: "asyncio.to_thread",
      runs: "thread",
      argument: 0,
    });
    expect(blockingCalls.offloaders).toContainEqual({
      callee: "run_in_executor",
      receiver: "asyncio.AbstractEventLoop",
      runs: "thread",
      argument: 1,
    });
  });

  it("is extended by further files", () => {
    const own = {
      family: "http" as const,
      level: "error" as const,
      calls: [
        {
          functions: ["ours.fetch"],
          methods: { "requests.Session": ["fetch"] },
          tier: "network" as const,
          why: "it waits",
          instead: "ours.afetch",
          offload: "thread" as const,
        },
      ],
      types: { "requests.Session": { made: ["ours.session"] } },
    };
    const table = tableOf([...familyFiles, own], offloaderEntries);
    expect(table.functions.get("ours.fetch")?.instead).toBe("ours.afetch");
    expect(table.makers.get("ours.session")).toBe("requests.Session");
    expect(methodOf(table.types.get("requests.Session")!, "fetch")?.why).toBe("it waits");
    expect(methodOf(table.types.get("requests.Session")!, "get")?.family).toBe("http");
  });
});
