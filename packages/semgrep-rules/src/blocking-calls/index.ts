/**
 * The one table of blocking calls: which functions and methods keep the event loop's thread, how much it hurts, what to
 * write instead, how receivers come by their types, and what takes a function off the loop. Data only: the Semgrep
 * rules are generated from it, the Radar reads it, `settings.blockingCalls` extends it.
 */
import cloudSdk from "./cloud-sdk.json" with { type: "json" };
import cpuPandas from "./cpu-pandas.json" with { type: "json" };
import database from "./database.json" with { type: "json" };
import fileIo from "./file-io.json" with { type: "json" };
import futureResult from "./future-result.json" with { type: "json" };
import http from "./http.json" with { type: "json" };
import input from "./input.json" with { type: "json" };
import modelPredict from "./model-predict.json" with { type: "json" };
import offloaders from "./offloaders.json" with { type: "json" };
import redis from "./redis.json" with { type: "json" };
import sleep from "./sleep.json" with { type: "json" };
import socket from "./socket.json" with { type: "json" };
import subprocess from "./subprocess.json" with { type: "json" };
import { tableOf, type OffloaderEntry } from "./table.js";
import type {
  BlockingTable,
  CallGroup,
  Family,
  FamilyFile,
  Methods,
  Offload,
  Tier,
  TypeEntry,
} from "./types.js";

export { expand, match, methodOf, tableOf, type OffloaderEntry } from "./table.js";
export type * from "./types.js";

// TypeScript widens the words of a JSON file to strings; a test holds the files to their schema.
const files: unknown = [
  sleep,
  http,
  subprocess,
  fileIo,
  database,
  redis,
  cloudSdk,
  modelPredict,
  cpuPandas,
  input,
  futureResult,
  socket,
];

/** The data files as they stand, one a family. */
export const familyFiles = files as readonly FamilyFile[];

/** The offloaders as they stand. */
export const offloaderEntries = offloaders.offloaders as readonly OffloaderEntry[];

/** The table the package ships. */
export const blockingCalls = tableOf(familyFiles, offloaderEntries);

/** What a team adds to a family: calls as in the data files, with the words it can do without left out. */
export interface BlockingExtension {
  family: Family;
  functions?: readonly string[];
  methods?: Readonly<Record<string, Methods>>;
  tier?: Tier;
  why?: string;
  instead?: string;
  offload?: Offload;
  /** Types of receivers, new ones or more names for known ones. */
  types?: Readonly<Record<string, TypeEntry>>;
}

/** The package's table with a team's own calls in it (`settings.blockingCalls`). Pure. */
export function extendedTable(extensions: readonly BlockingExtension[]): BlockingTable {
  const own = extensions.map(({ family, types = {}, ...given }): FamilyFile => {
    const known = familyFiles.find((file) => file.family === family);
    const calls: CallGroup = {
      functions: [],
      tier: known?.calls[0]?.tier ?? "network",
      why: "it keeps the calling thread until it is done",
      instead: "await asyncio.to_thread(…)",
      offload: "thread",
      ...given,
    };
    return { family, level: known?.level ?? "error", calls: [calls], types };
  });
  return tableOf([...familyFiles, ...own], offloaderEntries);
}
