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
import type { FamilyFile } from "./types.js";

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
