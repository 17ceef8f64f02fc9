export { catalogue } from "./catalogue.js";
export { check, type CheckOptions } from "./check.js";
export { lineHashes } from "./fingerprint.js";
export { render } from "./formats/index.js";
export { FORMATS, type Format } from "./formats/names.js";
export { rulesTable } from "./formats/rules.js";
export { levelOf, resolveLevels } from "./levels.js";
export { UsageError } from "./usage-error.js";
export {
  activeResults,
  type Edit,
  type Engine,
  type EngineRun,
  type Level,
  type Region,
  type Report,
  type Result,
  type RuleInfo,
} from "./result.js";
export { toSarif, type SarifOptions } from "./sarif.js";
