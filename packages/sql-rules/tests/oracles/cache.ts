import { homedir } from "node:os";
import path from "node:path";

/**
 * The user's cache folder of this project, in which the oracles keep what they install. On Linux it is the one that
 * `@orchestrator-lint/semgrep-rules` and the tools use; this package does not depend on that one.
 */
export function cacheDirectory(): string {
  const { ORCHESTRATOR_CACHE: own, XDG_CACHE_HOME: xdg } = process.env;
  if (own) return path.resolve(own);
  return path.join(xdg && path.isAbsolute(xdg) ? xdg : path.join(homedir(), ".cache"), "orchestrator-lint");
}
