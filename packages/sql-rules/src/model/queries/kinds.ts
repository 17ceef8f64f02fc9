/** Statements that read or write rows, or hold such; others need no look at their trees. */
export const QUERY_KINDS: ReadonlySet<string> = new Set([
  "SelectStmt",
  "InsertStmt",
  "UpdateStmt",
  "DeleteStmt",
  "MergeStmt",
  "TruncateStmt",
  "ViewStmt",
  "CreateTableAsStmt",
  "CreatePolicyStmt",
  "AlterPolicyStmt",
  "CreateFunctionStmt",
  "DoStmt",
  "PrepareStmt",
  "ExplainStmt",
  "DeclareCursorStmt",
  "CopyStmt",
]);
