import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { redisMadeRight } from "../../src/radar.js";

/** Asks of the first call of a method in `app/use.py` whether the project's own client answers for it. */
function isMadeRight(rule: string, client: string, use: string): boolean {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), "clients-")));
  onTestFinished(() => {
    rmSync(root, { recursive: true });
  });
  mkdirSync(path.join(root, "app"));
  writeFileSync(path.join(root, "app/__init__.py"), "");
  writeFileSync(path.join(root, "app/client.py"), `import redis\n\n\n${client}`);
  writeFileSync(path.join(root, "app/use.py"), use);
  const [call] = /[\w.()]+\.(?:get|set)\([^()]*\)/.exec(use)!;
  const start = use.indexOf(call);
  return redisMadeRight(root)(rule, "app/use.py", [start, start + call.length]);
}

const wrapper = (parameters: string, body: string) => `class Cache:
    def __init__(self):
        self.redis = redis.Redis()

    def ${parameters}:
        ${body}


redis_client = Cache()
`;
const USE =
  "from app.client import redis_client\n\n\ndef save(key, value):\n    redis_client.set(key, value)\n";
const read = (call = "redis_client.get(key)") =>
  `from app.client import redis_client\n\n\ndef load(key):\n    return ${call}\n`;

describe("redis-set-expiry", () => {
  const rule = "redis-set-expiry";

  it.each([
    ["an expiry by default", "set(self, key, value, exp=3600)"],
    ["none to be given", "set(self, key, value)"],
    ["an expiry of its own where none is given", "set(self, key, value, ttl=None)", "self.redis.set(key, value, ex=ttl or 60)"], // prettier-ignore
    ["another one where none is given", "set(self, key, value, ttl=None)", "ttl = 60 if ttl is None else ttl\n        self.redis.set(key, value, ex=ttl)"], // prettier-ignore
  ])("is answered by a client with %s", (_, parameters, body = "self.redis.set(key, value, ex=60)") => {
    expect(isMadeRight(rule, wrapper(parameters, body), USE)).toBe(true);
  });

  it("is answered by an argument of the client's own", () => {
    const client = wrapper("set(self, key, value, lifetime_seconds=None)", "self.redis.set(key, value)");
    const give = (argument: string) => USE.replace("(key, value)\n", `(key, value, ${argument})\n`);
    expect(isMadeRight(rule, client, give("lifetime_seconds=60"))).toBe(true);
    expect(isMadeRight(rule, client, give("60"))).toBe(true);
    expect(isMadeRight(rule, client, give("lifetime_seconds=None"))).toBe(false);
  });

  it.each([
    ["hands on what it is not given", wrapper("set(self, key, value, ex=None, keepttl=False)", "self.redis.set(key, value, ex=ex, keepttl=keepttl)")], // prettier-ignore
    ["hands on whatever it is given", wrapper("set(self, *args, **kwargs)", "self.redis.set(*args, **kwargs)")], // prettier-ignore
    ["hands on what it does not know", wrapper("__getattr__(self, name)", "return getattr(self.redis, name)")], // prettier-ignore
    ["is the real one", "redis_client = redis.Redis()\n"],
    ["is made of the real one", "class Cache(redis.Redis):\n    pass\n\n\nredis_client = Cache()\n"],
    ["may be either", `${wrapper("set(self, key, value)", "pass")}if TEST:\n    redis_client = redis.Redis()\n`], // prettier-ignore
    ["is not known", "from elsewhere import redis_client\n"],
  ])("is not answered by a client that %s", (_, client) => {
    expect(isMadeRight(rule, client, USE)).toBe(false);
  });

  it("is asked of clients in functions, attributes and what decorators wrap", () => {
    const own = wrapper("set(self, key, value, exp=3600)", "self.redis.set(key, value, ex=exp)");
    const awaited = own
      .replace("    def set", "    @retried\n    async def set")
      .concat("\n\nasync def get_redis():\n    return redis_client\n\n\ndef retried(f):\n    async def call(*args, **kwargs):\n        return await f(*args, **kwargs)\n    return call\n"); // prettier-ignore
    const uses = [
      "from app.client import get_redis\n\n\nasync def save(key):\n    redis = await get_redis()\n    await redis.set(key, 1)\n",
      "from app.client import Cache\n\n\nclass Store:\n    def __init__(self):\n        self.redis = Cache()\n\n    def save(self, key):\n        self.redis.set(key, 1)\n",
      "from app.client import Cache\n\n\ndef save(key, redis: Cache):\n    def now():\n        redis.set(key, 1)\n\n    now()\n",
      "def save(key):\n    from app.client import Cache\n\n    redis = Cache()\n\n    def now():\n        redis.set(key, 1)\n\n    now()\n",
    ];
    expect(uses.map((use) => isMadeRight(rule, awaited, use))).toEqual([true, true, true, true]);
  });
});

describe("redis-fallback", () => {
  const rule = "redis-fallback";
  const tries = (handler: string) => wrapper("get(self, key)", `try:\n            return self.redis.get(key)\n        ${handler}`); // prettier-ignore

  it.each([
    ["catches all", tries("except:\n            return None")],
    ["catches what the client raises", tries("except redis.RedisError:\n            return None")],
    ["catches that among others", tries("except (ValueError, redis.ConnectionError):\n            return None")], // prettier-ignore
    ["asks nobody", wrapper("get(self, key)", "return None")],
  ])("is answered by a client that %s", (_, client) => {
    expect(isMadeRight(rule, client, read())).toBe(true);
  });

  it.each([
    ["catches nothing", wrapper("get(self, key)", "return self.redis.get(key)")],
    ["catches something else", tries("except (ValueError, KeyError):\n            return None")],
    ["raises what it catches", tries("except redis.RedisError as error:\n            raise OSError() from error")], // prettier-ignore
    ["only puts something in order", tries("finally:\n            self.count += 1")],
  ])("is not answered by a client that %s", (_, client) => {
    expect(isMadeRight(rule, client, read())).toBe(false);
  });
});
