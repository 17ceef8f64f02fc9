import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Modules of one service; what a tenth of them does runs on the event loop, as in real platforms. */
const MODULES = 40;

/**
 * Writes a repository of services: endpoints that call helpers of other modules, some of which block, beside pipelines
 * that never meet an event loop.
 *
 * @param megabytes - about how much Python
 * @returns how much there is, in bytes
 */
export function writeTree(root: string, megabytes: number): number {
  let bytes = 0;
  for (let service = 0; bytes < megabytes * 1e6; service++) {
    const folder = path.join(root, `service_${service}`);
    mkdirSync(folder, { recursive: true });
    const write = (name: string, text: string) => {
      writeFileSync(path.join(folder, name), text);
      bytes += text.length;
    };
    write("__init__.py", "");
    for (let i = 0; i < MODULES; i++) {
      write(`helpers_${i}.py`, helpers(service, i));
      if (i % 10 === 0) write(`api_${i}.py`, endpoints(service, i));
      write(`pipeline_${i}.py`, pipeline(i));
    }
  }
  return bytes;
}

function endpoints(service: number, i: number): string {
  const functions = Array.from(
    { length: 20 },
    (_, n) => `
@router.get("/items/${n}")
async def read_${n}(key: str, client: Client = Depends(get_client)) -> dict:
    """Reads what the store knows of item ${n}."""
    values = [part.strip() for part in key.split(",") if part]
    if not values:
        raise HTTPException(404, "No such item.")
    found = client.load_${n}(values[0])
    return {"key": key, "found": found, "total": total_${n}(values)}
`,
  );
  const names = Array.from({ length: 20 }, (_, n) => `total_${n}`).join(", ");
  return `from fastapi import APIRouter, Depends, HTTPException

from service_${service}.helpers_${i} import Client, get_client, ${names}

router = APIRouter()
${functions.join("\n")}`;
}

function helpers(service: number, i: number): string {
  const next = (i + 1) % MODULES;
  const methods = Array.from(
    { length: 20 },
    (_, n) => `
    def load_${n}(self, key: str) -> dict:
        """Asks the store, and remembers what it said."""
        if key in self.known:
            return self.known[key]
        self.known[key] = self._ask(f"/items/${n}/{key}")${n % 5 === 0 ? "" : " if self.session else {}"}
        return self.known[key]
`,
  );
  const totals = Array.from(
    { length: 20 },
    (_, n) => `
def total_${n}(values: list[str]) -> int:
    total = 0
    for value in values:
        total += len(value) * ${n}
    return ${n === 0 ? "total" : `total + total_${n - 1}(values[1:])`}
`,
  );
  return `import requests

from service_${service} import helpers_${next}


class Client:
    def __init__(self, base: str) -> None:
        self.base = base
        self.session = requests.Session()
        self.known: dict[str, dict] = {}
${methods.join("")}
    def _ask(self, path: str) -> dict:
        return self.session.get(self.base + path, timeout=2).json()


def get_client() -> Client:
    return Client("https://store.example")

${totals.join("\n")}
def other(values: list[str]) -> int:
    return helpers_${next}.total_1(values)
`;
}

function pipeline(i: number): string {
  const blocks = Array.from(
    { length: 30 },
    (_, n) => `
def transform_${n}(frame, *args, **kwargs):
    """Adds a column, and drops the rows that have none of it."""
    columns = {"a": frame["a"] + ${n}, "b": frame["b"].fillna(0), "c": frame["c"].astype("float64")}
    for name, column in columns.items():
        frame[f"{name}_${n}"] = column
    return frame[frame["a_${n}"] > ${i}].reset_index(drop=True)
`,
  );
  return `import pandas as pd\n\n${blocks.join("\n")}`;
}
