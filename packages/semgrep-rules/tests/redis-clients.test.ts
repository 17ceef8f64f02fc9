import { expect, it } from "vitest";
import { redisRules, runSemgrep } from "../src/index.js";
import { project } from "./support.js";

const CODE = `from acme.cache import TenantCache

scores = TenantCache()


async def predict_cached(customer, store: TenantCache):
    key = f"prediction:{customer}"
    hit = await store.get(key)
    if hit is not None:
        return hit
    await store.set(key, 1)
    return 1
`;

it("rules about Redis know wrappers by their names", async () => {
  const found = async (names: string[]) => {
    const rules = Object.fromEntries(redisRules(names).map(({ id, text }) => [`rules/${id}.yaml`, text]));
    expect(Object.keys(rules)).toHaveLength(4);
    const cwd = project({ ...rules, "app/main.py": CODE });
    const { results } = await runSemgrep({ cwd, configs: ["rules"], targets: ["app"] });
    return results.map(({ check_id, start }) => `${check_id.split(".").at(-1)}:${start.line}`).sort();
  };
  expect(await found(["SomethingElse"])).toEqual([]);
  expect(await found(["TenantCache"])).toEqual(
    expect.arrayContaining(["redis-set-expiry:11", "redis-versioned-key:7"]),
  );
});
