export { pythonLanguage } from "./language/python-language.js";
export { PythonSourceCode, type PythonSyntaxElement } from "./language/python-source-code.js";
export type { Program } from "./language/program.js";
export type { PyNode } from "./language/tree.js";
export { findingAt, type Finding } from "./findings.js";
export { packagesSchema } from "./model/layers/layers.js";
export { rules } from "./rules/index.js";
