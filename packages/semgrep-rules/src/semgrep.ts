import type { Environment } from "./platform.js";

/** How to start Semgrep: `command`, then `args`, then the subcommand. */
export interface Semgrep {
  command: string;
  args: string[];
  /** What the process is told its name is: the native engine behaves as the command line under the name `osemgrep`. */
  argv0?: string;
  /** Variables the process needs besides the usual ones. */
  env?: Record<string, string>;
  version: string;
  /** How it scans: natively, or through its Python part. */
  engine: Engine;
  origin: "environment" | "path" | "private";
}

/** Semgrep as a native program, or with its Python part: slower, with every subcommand. */
export type Engine = "native" | "full";

/** The option that makes Semgrep scan with an engine: natively, or through its Python part. */
export const engineOption: Readonly<Record<Engine, string>> = { native: "--experimental", full: "--legacy" };

/** Whether subcommands work that only the Python part has. */
export const hasPythonPart = (semgrep: Pick<Semgrep, "argv0">): boolean => semgrep.argv0 === undefined;

/** How to start the native engine: it behaves as the command line where its name is `osemgrep`. */
export function nativeSemgrep(file: string): Pick<Semgrep, "command" | "args" | "argv0"> {
  return { command: file, args: [], argv0: "osemgrep" };
}

const OFF = {
  SEMGREP_SEND_METRICS: "off",
  SEMGREP_ENABLE_VERSION_CHECK: "0",
  OTEL_SDK_DISABLED: "true",
  OTEL_TRACES_EXPORTER: "none",
  OTEL_METRICS_EXPORTER: "none",
  OTEL_LOGS_EXPORTER: "none",
};

/** Semgrep asks git which files there are; a repository's own configuration could make git start a program of its. */
const SAFE_GIT = {
  GIT_CONFIG_COUNT: "2",
  GIT_CONFIG_KEY_0: "core.fsmonitor",
  GIT_CONFIG_VALUE_0: "false",
  GIT_CONFIG_KEY_1: "core.hooksPath",
  GIT_CONFIG_VALUE_1: "",
  GIT_OPTIONAL_LOCKS: "0",
};
/** A nursery of 32 MB: with OCaml's own, a quarter of the time goes into collecting it. */
const FAST = { OCAMLRUNPARAM: "s=4M" };
const ACCOUNT = new Set(["SEMGREP_APP_TOKEN", "SEMGREP_RULES", "SEMGREP_BASELINE_COMMIT", "SEMGREP_TIMEOUT"]);

/**
 * The environment Semgrep gets: metrics, version check and telemetry off. With `own`, the run is ours and not one the
 * user asked for by name: their account, rules and baseline have no part in it.
 */
export function quietEnvironment(env: Environment, own = true): Record<string, string> {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !(own && ACCOUNT.has(entry[0])),
  );
  return { ...FAST, ...Object.fromEntries(kept), ...OFF, ...SAFE_GIT };
}
