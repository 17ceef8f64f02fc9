import { blockingCalls } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import { describe, expect, it } from "vitest";
import { remediesOf } from "../../src/model/radar/remedies.js";

/** Applies each remedy for the call of a name to a text. */
function repaired(text: string, name: string, callee = name): Record<string, string> {
  const start = text.indexOf(`${callee}(`);
  const blocking = blockingCalls.functions.get(name);
  if (!blocking) throw new Error(`${name} is not in the table`);
  let [end, depth] = [start + callee.length, 0];
  do {
    depth += { "(": 1, ")": -1 }[text[end]!] ?? 0;
    end++;
  } while (depth > 0);
  const remedies = remediesOf(text, { range: [start, end], name, blocking });
  return Object.fromEntries(
    remedies.map(({ kind, edits }) => {
      const sorted = edits.toSorted((a, b) => b.range[0] - a.range[0]);
      return [
        kind,
        sorted.reduce((all, { range, text: by }) => all.slice(0, range[0]) + by + all.slice(range[1]), text),
      ];
    }),
  );
}

describe("remediesOf", () => {
  it("sleeps without the thread, and imports asyncio where it is missing", () => {
    expect(repaired("import time\n\n\nasync def f():\n    time.sleep(1)\n", "time.sleep")).toEqual({
      sleep: "import asyncio\nimport time\n\n\nasync def f():\n    await asyncio.sleep(1)\n",
    });
    expect(
      repaired(
        '"""About."""\nfrom __future__ import annotations\nimport asyncio\nfrom time import sleep as s\nasync def f(): s(1)\n',
        "time.sleep",
        " s".trim(),
      ),
    ).toEqual({
      sleep:
        '"""About."""\nfrom __future__ import annotations\nimport asyncio\nfrom time import sleep as s\nasync def f(): await asyncio.sleep(1)\n',
    });
    expect(
      repaired(
        '"""About."""\nfrom __future__ import annotations\nx = 1\nasync def f(): time.sleep(1)\n',
        "time.sleep",
      ).sleep,
    ).toContain("annotations\nimport asyncio\n\nx = 1");
  });

  it("runs a call in a thread, in brackets where its result is used", () => {
    expect(
      repaired(
        "import asyncio\nasync def f(p):\n    return subprocess.run(['ls', p], check=True).stdout\n",
        "subprocess.run",
      ),
    ).toEqual({
      thread:
        "import asyncio\nasync def f(p):\n    return (await asyncio.to_thread(subprocess.run, ['ls', p], check=True)).stdout\n",
    });
    expect(
      repaired("import asyncio\nasync def f(p):\n    x = [os.listdir(q) for q in p]\n", "os.listdir").thread,
    ).toContain("[await asyncio.to_thread(os.listdir, q) for q in p]");
    expect(repaired("import asyncio\nasync def f():\n    return input()\n", "input").thread).toContain(
      "await asyncio.to_thread(input)",
    );
  });

  it("sends a request with httpx where both take the same", () => {
    const text =
      "import httpx\nimport asyncio\nasync def f(u):\n    r = requests.get(u, timeout=5)\n    return r\n";
    expect(repaired(text, "requests.get").httpx).toBe(
      "import httpx\nimport asyncio\nasync def f(u):\n    async with httpx.AsyncClient(follow_redirects=True) as client:\n        r = await client.get(u, timeout=5)\n    return r\n",
    );
    expect(
      repaired("async def f(u):\n    return requests.post(u, json={}).json()\n", "requests.post").httpx,
    ).toBe(
      "import httpx\n\nasync def f(u):\n    async with httpx.AsyncClient(follow_redirects=True) as client:\n        return (await client.post(u, json={})).json()\n",
    );
    for (const rest of ["u, verify=False", "u, timeout=(1, 2)", "*u", "u, data=x"])
      expect(
        repaired(`async def f(u):\n    r = requests.post(${rest})\n`, "requests.post"),
      ).not.toHaveProperty("httpx");
    expect(repaired("async def f(u):\n    g(requests.get(u))\n", "requests.get")).not.toHaveProperty("httpx");
    expect(repaired("async def f(u, client):\n    r = requests.get(u)\n", "requests.get")).not.toHaveProperty(
      "httpx",
    );
  });

  it.each([
    ["a generator", "async def f(p):\n    return any(os.listdir(q) for q in p)\n", "os.listdir"],
    ["a lambda", "async def f(p):\n    return sorted(p, key=lambda q: os.listdir(q))\n", "os.listdir"],
    [
      "a function in it",
      "async def f(p):\n    def g(): return os.listdir(p)\n    return g()\n",
      "os.listdir",
    ],
    ["another asyncio", "import trio as asyncio\nasync def f(p):\n    return os.listdir(p)\n", "os.listdir"],
    ["a variable asyncio", "async def f(asyncio):\n    return os.listdir('.')\n", "os.listdir"],
    [
      "what is bound to its thread",
      "import asyncio\nasync def f(p):\n    return sqlite3.connect(p)\n",
      "sqlite3.connect",
    ],
  ])("leaves %s alone", (_, text, name) => {
    expect(repaired(text, name)).toEqual({});
  });
});
