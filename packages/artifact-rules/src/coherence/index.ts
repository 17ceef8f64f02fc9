export {
  DOCKERFILES,
  gatherPins,
  PIN_FILES,
  readPins,
  REQUIREMENTS_FILES,
  TOML_FILES,
  type Gathered,
  type PinText,
} from "./files.js";
export type { Pin, PinFile } from "./pin.js";
