export {
  checkCoherence,
  PIN_FILES,
  readPins,
  type CoherenceFinding,
  type CoherenceOptions,
  type Place,
} from "./coherence.js";
export type { Pin, PinFile } from "./pin.js";
export { readRequirements } from "./requirements.js";
