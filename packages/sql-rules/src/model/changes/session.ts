import type { Node, SelectStmt, TransactionStmt, VariableSetStmt } from "@pgsql/types";
import type { Statement } from "../../language/parse.js";
import type { SchemaChange } from "../changes.js";
import { CATALOGS } from "./blocks.js";
import { tableAs } from "./objects.js";

export function transaction(tree: TransactionStmt, { range }: Statement): SchemaChange[] {
  const { savepoint_name: name = "" } = tree;
  switch (tree.kind) {
    case "TRANS_STMT_BEGIN":
    case "TRANS_STMT_START":
      return [{ kind: "transaction", what: "begin", range }];
    case "TRANS_STMT_COMMIT":
      return endOf("commit", tree, range);
    case "TRANS_STMT_ROLLBACK":
      return endOf("rollback", tree, range);
    // What becomes of a prepared transaction is told elsewhere; by far most are committed.
    case "TRANS_STMT_PREPARE":
      return [{ kind: "transaction", what: "commit", range }];
    case "TRANS_STMT_SAVEPOINT":
      return [{ kind: "savepoint", what: "set", name, range }];
    case "TRANS_STMT_RELEASE":
      return [{ kind: "savepoint", what: "release", name, range }];
    case "TRANS_STMT_ROLLBACK_TO":
      return [{ kind: "savepoint", what: "rollback", name, range }];
    default:
      return [];
  }
}

/** COMMIT AND CHAIN begins the next transaction at once. */
function endOf(
  what: "commit" | "rollback",
  { chain }: TransactionStmt,
  range: Statement["range"],
): SchemaChange[] {
  const end: SchemaChange = { kind: "transaction", what, range };
  return chain ? [end, { kind: "transaction", what: "begin", range }] : [end];
}

export function setVariable(tree: VariableSetStmt, { range }: Statement): SchemaChange[] {
  if (tree.kind === "VAR_RESET_ALL") return [{ kind: "search path", schemas: undefined, range }];
  if (tree.name !== "search_path") return [];
  const isSet = tree.kind === "VAR_SET_VALUE";
  const schemas = isSet ? (tree.args ?? []).map(textOf).filter((name) => name !== undefined) : undefined;
  return [{ kind: "search path", schemas, ...(tree.is_local && { local: true }), range }];
}

/** SELECT … INTO creates a table; `set_config('search_path', …)` is pg_dump's way to set the search path. */
export function select(statement: Statement): SchemaChange[] {
  const makesTable = /\binto\b/i.test(statement.text);
  const setsPath = /\bset_config\b/i.test(statement.text);
  if (!makesTable && !setsPath) return CALL.test(statement.text) ? callsIn(statement) : [];
  const { tree } = statement;
  if (!("SelectStmt" in tree)) return [];
  const { intoClause } = leftmost(tree.SelectStmt);
  if (intoClause) return [{ range: statement.range, ...tableAs(intoClause, tree, statement) }];
  return (tree.SelectStmt.targetList ?? []).flatMap((target) => setConfig(target, statement));
}

/** A query that begins with a call, or asks nothing but one, as migrations run functions of their own. */
const CALL = /^\s*(?:select\s+(?:[^;]*?\bfrom\s+)??|call\s+)(?:lateral\s+)?[\w."]+\s*\(/i;
const CALLED = /(?<=^\s*(?:select|call)\s+|\bfrom\s+|,\s*)([\w."]+)\s*\(/gi;
const MAX_CALL = 2000;

/** The functions that SELECT f(…), SELECT … FROM f(…) and CALL f(…) run, with the words of the statement. */
export function callsIn({ text, range }: Statement): SchemaChange[] {
  if (text.length > MAX_CALL) return [];
  const words = [...new Set(text.toLowerCase().match(/\w+/g))];
  const names = new Set(Array.from(text.matchAll(CALLED), ([, name = ""]) => plainName(name)));
  const isAnything = CATALOGS.test(text);
  return Array.from(names, (name) => ({
    kind: "call",
    name,
    words,
    ...(isAnything && { isAnything }),
    range,
  }));
}

function plainName(name: string): string {
  const last = name.slice(name.lastIndexOf(".") + 1);
  return last.startsWith('"') ? last.slice(1, -1) : last.toLowerCase();
}

/** INTO of a UNION stands in its first SELECT. */
function leftmost(tree: SelectStmt): SelectStmt {
  let first = tree;
  while (first.larg) first = first.larg;
  return first;
}

function setConfig(target: Node, { range }: Statement): SchemaChange[] {
  const call = "ResTarget" in target ? target.ResTarget.val : undefined;
  if (!call || !("FuncCall" in call)) return [];
  const name = call.FuncCall.funcname?.at(-1);
  const [variable, value, isLocal] = call.FuncCall.args ?? [];
  const isSetConfig = name && "String" in name && name.String.sval === "set_config";
  if (!isSetConfig || !variable || textOf(variable) !== "search_path" || !value) return [];
  const path = textOf(value);
  if (path === undefined) return [];
  const local = isLocal && "A_Const" in isLocal && isLocal.A_Const.boolval?.boolval === true;
  return [{ kind: "search path", schemas: schemasOf(path), ...(local && { local }), range }];
}

/** A list as in a configuration file: names folded unless quoted. */
function schemasOf(path: string): string[] {
  return [...path.matchAll(/"((?:[^"]|"")*)"|([^\s,"]+)/g)].map(([, quoted, plain = ""]) =>
    quoted === undefined ? plain.toLowerCase() : quoted.replaceAll('""', '"'),
  );
}

function textOf(node: Node): string | undefined {
  return "A_Const" in node ? node.A_Const.sval && (node.A_Const.sval.sval ?? "") : undefined;
}
