export { checkFixture, fixtureExpectations } from "./check.js";
export { applyEdits } from "./edits.js";
export { eslintAdapter, type EslintAdapterOptions } from "./eslint.js";
export { loadFixtures, type LoadOptions } from "./files.js";
export { codeFrame, fileFrames, lineDiff } from "./frame.js";
export {
  parseHeader,
  parseMarkers,
  parseSidecar,
  type Expectation,
  type Header,
  type MarkerKind,
} from "./markers.js";
export { countChanges, dataMeaning } from "./meaning.js";
export {
  checkExamples,
  checkFrames,
  checkMutation,
  countExamples,
  formatProblems,
  ruleFrames,
} from "./rule.js";
export {
  semgrepAdapter,
  type SemgrepAdapterOptions,
  type SemgrepJson,
  type SemgrepPosition,
} from "./semgrep.js";
export { planSuite, type Check, type RuleChecks } from "./suite.js";
export type {
  Adapter,
  Edit,
  Finding,
  Fixture,
  Layout,
  LintRequest,
  Output,
  PreparedFile,
  Problem,
  ProblemKind,
  Report,
  SourceFile,
  Suite,
} from "./types.js";
