import fs from "node:fs";
import { expect, it } from "vitest";
import { install, rulesDirectory, scan, type Semgrep } from "../src/index.js";
import { project } from "./support.js";

const CODE = `import asyncpg
import requests
from fastapi import FastAPI
from redis.asyncio import Redis
from sqlalchemy import create_engine

app = FastAPI()
cache = Redis()
engine = create_engine("postgresql://localhost/app")


@app.get("/rates")
def rates():
    return requests.get("https://rates.example.com").json()


@app.get("/predict/{customer}")
async def predict(customer: str):
    pool = await asyncpg.create_pool("postgresql://localhost/app")
    hit = await cache.get(f"prediction:{customer}")
    await cache.set(f"prediction:{customer}", 1)
    return hit or pool
`;

it("what tests do with pools, clients and caches is nobody's service", async () => {
  const tests = [
    "tests/unit/stub.py",
    "service/test/stub.py",
    "testing/stub.py",
    "conftest.py",
    "test_a.py",
    "a_test.py",
  ];
  const files = ["app/main.py", "app/latest/main.py", "app/contest.py"];
  const cwd = project(Object.fromEntries([...tests, ...files].map((file) => [file, CODE])));
  const found = async (targets: string[], semgrep: Semgrep) => {
    const { findings } = await scan({ cwd, configs: [rulesDirectory], targets, semgrep });
    const rulesOf = (file: string) => findings.filter((one) => one.path === file).map(({ ruleId }) => ruleId);
    return new Map([...tests, ...files].map((file) => [file, rulesOf(file)]));
  };
  const [native, full] = [await install("native"), await install("full")];
  const everything = [await found(["."], native), await found([...tests, ...files], native)];
  everything.push(await found([...tests, ...files], full));
  fs.mkdirSync(`${cwd}/.git`);
  everything.push(await found([...tests, ...files], native));
  for (const all of everything) {
    for (const file of files)
      expect(all.get(file)).toEqual(
        expect.arrayContaining([
          "no-sync-db-driver",
          "pool-created-at-startup",
          "pool-max-size",
          "prefer-async-http-client",
          "redis-fallback",
          "redis-set-expiry",
          "redis-versioned-key",
        ]),
      );
    for (const file of tests) expect(all.get(file), file).toEqual([]);
  }
});
