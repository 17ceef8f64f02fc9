export { SemgrepFailed, SemgrepUnavailable } from "./errors.js";
export {
  fatalErrors,
  toFindings,
  toUnread,
  type ReadBytes,
  type SemgrepFinding,
  type Unread,
} from "./findings.js";
export { asyncRules, type GeneratedRule } from "./generator/index.js";
export { install, privateDirectory, SEMGREP_VERSION } from "./install.js";
export {
  bareRuleId,
  parseSemgrepJson,
  type SemgrepError,
  type SemgrepJson,
  type SemgrepPosition,
  type SemgrepResult,
  type Severity,
} from "./json.js";
export { locateSemgrep, SUPPORTED_SEMGREP } from "./locate.js";
export { cacheDirectory, type Environment } from "./platform.js";
export { presetsDirectory, rulesDirectory } from "./paths.js";
export { buildPresets, shippedRules, type RulesDocument } from "./presets.js";
export { redisRules } from "./redis-clients.js";
export { loadRules, type SemgrepRule } from "./rules.js";
export { runSemgrep, scan, type ScanOptions, type SemgrepReport } from "./scan.js";
export { quietEnvironment, type Engine, type Semgrep } from "./semgrep.js";
export { realSystem, type RunOptions, type RunResult, type System } from "./system.js";
