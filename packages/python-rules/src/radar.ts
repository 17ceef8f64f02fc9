/** The model of a whole tree, without ESLint: loading that takes longer than to find that nothing changed. */
export {
  chainsFrom,
  describeCalls,
  filesToLint,
  keysMadeRight,
  trainedByPipelines,
  type TreeOptions,
} from "./files/project.js";
