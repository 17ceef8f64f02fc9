/** The model of a whole tree, without ESLint: loading that takes longer than to find that nothing changed. */
export {
  blocksUnseen,
  chainsFrom,
  describeCalls,
  filesToLint,
  redisMadeRight,
  trainedByPipelines,
  type TreeOptions,
} from "./files/project.js";
export { IGNORED } from "./options.js";
export type { Tag } from "./model/radar/tags.js";
