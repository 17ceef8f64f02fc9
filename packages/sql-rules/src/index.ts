export { sqlLanguage } from "./language/sql-language.js";
export { SqlSourceCode } from "./language/sql-source-code.js";
export { parseSql, type Program, type Statement, type UnparsedStatement } from "./language/parse.js";
export type { SqlNode } from "./language/nodes.js";
export { finalColumns, type ColumnType, type Script } from "./model/columns.js";
export type { SqlRule, RuleDocs } from "./rule.js";
export { guessDialect, type Dialect, type DialectGuess } from "./language/dialect.js";
export { subjectAt } from "./subject.js";
export { rules } from "./rules/index.js";
