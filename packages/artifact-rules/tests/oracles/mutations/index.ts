import { BOOSTERS } from "./boosters.js";
import { COLUMNS } from "./columns.js";
import { DATA } from "./data.js";
import { ENSEMBLES } from "./ensembles.js";
import { INI } from "./ini.js";
import { TREES } from "./trees.js";
import { ZIP } from "./zip.js";
import type { Mutation } from "./edits.js";

export { partsOf, type Mutation } from "./edits.js";

/** Every way to damage a MOJO; their order decides what a seed makes. */
export const MUTATIONS: readonly Mutation[] = [
  ...ZIP,
  ...INI,
  ...COLUMNS,
  ...TREES,
  ...BOOSTERS,
  ...DATA,
  ...ENSEMBLES,
];
