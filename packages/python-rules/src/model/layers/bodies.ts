import type { Range } from "@orchestrator-lint/sql-rules/shared";
import { parseTree, type PyNode } from "../../language/tree.js";
import type { SourceFile } from "../project/source-file.js";

/** A function that is long enough for it to be no accident when another one is the same. */
export interface Body {
  readonly name: string;
  /** UTF-16 offsets of its name. */
  readonly range: Range;
  /** Its parameters' names and its statements, without comments, docstring, annotations and layout. */
  readonly code: string;
}

/** Shorter bodies are alike by accident. */
const LEAST_WORDS = 30;

const known = new WeakMap<SourceFile, readonly Body[]>();

/** The functions of a file at its top level and in its classes. */
export function bodiesOf(file: SourceFile): readonly Body[] {
  let found = known.get(file);
  if (!found) {
    const trees = file.statements.flatMap((statement) =>
      statement.kind === "function" || statement.kind === "class"
        ? parseTree(file.textOf(statement), statement.range[0])
        : [],
    );
    known.set(file, (found = trees.flatMap((node) => bodiesIn(node, file.text))));
  }
  return found;
}

function bodiesIn(root: PyNode, text: string): Body[] {
  const found: Body[] = [];
  const pending = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.type === "FunctionDefinition") found.push(...bodyOf(node, text));
    else for (let i = node.children.length - 1; i >= 0; i--) pending.push(node.children[i]!);
  }
  return found;
}

function bodyOf({ children }: PyNode, text: string): Body[] {
  const name = children.find(({ type }) => type === "VariableName");
  const body = children.find(({ type }) => type === "Body");
  if (!name || !body) return [];
  const params = children.find(({ type }) => type === "ParamList")?.children ?? [];
  const words = [...namesOf(params, text), ...wordsOf(withoutDocstring(body), text)];
  if (words.length < LEAST_WORDS) return [];
  return [{ name: text.slice(...name.range), range: name.range, code: words.join(" ") }];
}

function namesOf(params: readonly PyNode[], text: string): string[] {
  return params.filter(({ type }) => type === "VariableName").map(({ range }) => text.slice(...range));
}

function withoutDocstring(body: PyNode): PyNode {
  const first = body.children.findIndex(({ type }) => type !== ":" && type !== "Comment");
  const statement = body.children[first];
  const isDocstring =
    statement?.type === "ExpressionStatement" && statement.children[0]?.type === "String" && statement.children.length === 1; // prettier-ignore
  return isDocstring ? { ...body, children: body.children.filter((_, index) => index !== first) } : body;
}

/** The words of a tree, with marks where blocks and statements end: layout says nothing more. */
function wordsOf(root: PyNode, text: string): string[] {
  const words: string[] = [];
  // With a stack of its own: Python nests deeper than JavaScript's call stack may.
  const pending: (PyNode | string)[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (typeof node === "string") words.push(node);
    else if (node.type === "Comment" || node.type === "TypeDef") continue;
    // What stands between the expressions of a formatted string is no node.
    else if (node.children.length === 0 || node.type === "FormatString")
      words.push(text.slice(...node.range));
    else {
      if (node.type === "Body") pending.push("}");
      else if (node.type.endsWith("Statement")) pending.push(";");
      for (let i = node.children.length - 1; i >= 0; i--) pending.push(node.children[i]!);
    }
  }
  return words;
}
