import type { System } from "./system.js";

interface Holder {
  pid: number;
  host: string;
  id: string;
}

const BEAT = 2_000;
/** A holder of another machine (a shared home directory) that has not been heard of for so long is gone. */
const STALE = 60_000;
const POLL = 200;

/**
 * Runs `action` while no other process does so under the same lock file. A lock whose process is gone is taken over.
 * The lock only saves work: what it guards must be safe without it, since two processes can take over one stale lock.
 * @param done asked while waiting: once it answers, there is nothing left to do and its answer is returned
 */
export async function withLock<Value>(
  file: string,
  system: System,
  done: () => Value | undefined,
  action: () => Promise<Value>,
): Promise<Value> {
  const id = `${system.pid}-${system.unique()}`;
  const mine: Holder = { pid: system.pid, host: system.host, id };
  let told = false;
  while (!system.create(file, JSON.stringify(mine))) {
    const finished = done();
    if (finished !== undefined) return finished;
    if (isStale(file, system)) {
      system.remove(file);
      continue;
    }
    if (!told) system.progress("Waiting for another process that installs Semgrep…");
    told = true;
    await system.sleep(POLL);
  }
  const beat = setInterval(() => {
    system.touch(file);
  }, BEAT);
  try {
    return done() ?? (await action());
  } finally {
    clearInterval(beat);
    if (holder(file, system)?.id === id) system.remove(file);
  }
}

function isStale(file: string, system: System): boolean {
  const stat = system.stat(file);
  if (stat === undefined) return false;
  const found = holder(file, system);
  // A lock that is just being written is empty for a moment.
  if (found?.host === system.host) return !system.alive(found.pid);
  return system.now() - stat.mtimeMs > STALE;
}

function holder(file: string, system: System): Holder | undefined {
  try {
    return JSON.parse(system.read(file)?.toString("utf8") ?? "") as Holder;
  } catch {
    return undefined;
  }
}
