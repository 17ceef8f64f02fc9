import { AST_NODE_TYPES, AST_TOKEN_TYPES } from "@typescript-eslint/types";
import type { TSESLint, TSESTree } from "@typescript-eslint/utils";
import type { Range } from "../language/split.js";
import { speaksOtherDialect } from "./dialect.js";
import { openConditions, sinkOf, type Sink } from "./sinks.js";
import { readPieces, type ReadText } from "./reading.js";
import { piecesOf } from "./strings.js";
import { childrenOf } from "./tree.js";
import type { Piece } from "./text.js";

/** How often the characters of a file may be put together anew, constants of constants included. */
const MAX_GROWTH = 8;
const LEAST_BUDGET = 1024 * 1024;

/** A parsed source of JavaScript or TypeScript, as ESLint's `SourceCode` is one. */
export interface Source {
  /** A tree of TypeScript-ESTree, or any ESTree. */
  ast: TSESTree.Program;
  /** What was parsed, without byte order mark. */
  text: string;
  /** Without one, constants are not followed. */
  scopeManager?: TSESLint.Scope.ScopeManager | null;
}

/** SQL found in a source. */
export interface Embedded extends ReadText {
  kind: Sink["kind"];
}

/** What a search found. */
export interface Search {
  found: Embedded[];
  /** Texts too long to be read, and the one at which constants of constants grew too much to go on. */
  tooLong: Range[];
}

/**
 * The SQL that a source hands to a database client, in the order of the file. Text that is no PostgreSQL is left out:
 * a string in a source may be anything.
 *
 * @param path - the file, whose name may tell another dialect
 */
export function findSql({ ast: program, text, scopeManager }: Source, path: string): Search {
  if (speaksOtherDialect(program)) return { found: [], tooLong: [] };
  const budget = { characters: Math.max(LEAST_BUDGET, MAX_GROWTH * (program.range[1] - program.range[0])) };
  const scope = scopeManager?.globalScope ?? null;
  const context = { text, scope, budget, inlined: new Set<TSESTree.Node>() };
  const known = new Set<string>();
  const found: { embedded: Embedded; node: TSESTree.Node }[] = [];
  const inlined = new Set<TSESTree.Node>();
  const tooLong: Range[] = [];

  for (const sink of sinks(program)) {
    context.inlined.clear();
    const pieces = piecesOf(sink.node, context);
    if (pieces === "too long") tooLong.push(sink.node.range);
    if (budget.characters < 0) break;
    if (pieces === undefined || pieces === "too long") continue;
    // One constant may be run in several places.
    const key = keyOf(pieces);
    if (known.has(key)) continue;
    known.add(key);
    const read = readPieces(pieces, sink, path);
    if (!read) continue;
    found.push({ embedded: { ...read, kind: sink.kind }, node: sink.node });
    for (const node of context.inlined) inlined.add(node);
  }
  return { found: ordered(found, inlined), tooLong };
}

/** Without fragments that another text holds already. */
function ordered(
  found: readonly { embedded: Embedded; node: TSESTree.Node }[],
  inlined: ReadonlySet<TSESTree.Node>,
): Embedded[] {
  const start = ({ source }: Embedded) => source.toFile([0, source.text.length])?.[0] ?? 0;
  return found
    .filter(({ node }) => !inlined.has(node))
    .map(({ embedded }) => embedded)
    .sort((a, b) => start(a) - start(b));
}

function keyOf(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) =>
      piece.kind === "verbatim" ? `${piece.start}+${piece.text.length}` : JSON.stringify(piece),
    )
    .join(" ");
}

/** Functions of a migration that take it back, in any of the ways they are exported. */
const BACKWARD = /^(?:down|rollback|revert|undo)$/;

/** Every sink of a tree, in the order of the file. No recursion: a tree may be deeper than the call stack. */
function* sinks(program: TSESTree.Program): Generator<Sink> {
  const marked = markedByComment(program);
  const open = new Set<TSESTree.Node>();
  const pending: { node: TSESTree.Node; isPart: boolean }[] = [{ node: program, isPart: false }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, isPart } = next;
    for (const call of openConditions(node)) open.add(call);
    const sink = sinkOf(node);
    if (sink) yield open.has(node) ? { ...sink, isOpen: true } : sink;
    else if (!isPart && isText(node) && marked.has(node.range[0])) yield { node, kind: "fragment" };
    else if (!isPart && beginsAsStatement(node)) yield { node, kind: "statement" };
    const backward = backwardFunction(node);
    for (const child of childrenOf(node).reverse()) {
      if (child !== backward) pending.push({ node: child, isPart: isPartOf(node, child) });
    }
  }
}

const isText = ({ type }: TSESTree.Node) =>
  type === AST_NODE_TYPES.Literal || type === AST_NODE_TYPES.TemplateLiteral;

/**
 * Whether a text is no statement by itself: an operand of a sum and a template with a tag are read with the node they
 * stand in; what is said to people (`new Error("delete from t failed")`, `log.warn(…)`, JSX) is prose.
 */
function isPartOf(parent: TSESTree.Node, child: TSESTree.Node): boolean {
  if (parent.type === AST_NODE_TYPES.TaggedTemplateExpression) return child === parent.quasi;
  if (parent.type === AST_NODE_TYPES.JSXAttribute || parent.type === AST_NODE_TYPES.ThrowStatement)
    return true;
  if (parent.type === AST_NODE_TYPES.NewExpression || parent.type === AST_NODE_TYPES.CallExpression) {
    return child !== parent.callee && saysToPeople(parent.callee);
  }
  if (WORDS.test(nameAndValue(parent)?.name ?? "")) return true;
  return parent.type === AST_NODE_TYPES.BinaryExpression && parent.operator === "+";
}

/** Names of texts for people: `DELETE_HELP`, `queryPlaceholder`. */
const WORDS =
  /(?:^|_)(?:help|hint|tooltip|placeholder)$|(?:Help|Hint|Tooltip|Placeholder)$|_(?:HELP|HINT|TOOLTIP|PLACEHOLDER)$/;

/** Names of errors, and of what logs, prints, asserts or names a test. */
const SAYS =
  /^(?:\w*(?:Error|Exception)|log|debug|info|warn|warning|error|fatal|trace|print|assert|invariant|describe|it|test|toast|alert|confirm)$/;
const SPEAKER = /^(?:console|\w*log|\w*logger|toast|span|assert)$/i;

function saysToPeople(callee: TSESTree.Node): boolean {
  if (callee.type === AST_NODE_TYPES.Identifier) return SAYS.test(callee.name);
  if (callee.type !== AST_NODE_TYPES.MemberExpression) return false;
  const { object, property } = callee;
  const speaker = object.type === AST_NODE_TYPES.MemberExpression ? object.property : object;
  const isSpeaker = speaker.type === AST_NODE_TYPES.Identifier && SPEAKER.test(speaker.name);
  return isSpeaker || (property.type === AST_NODE_TYPES.Identifier && SAYS.test(property.name));
}

const VERB =
  /^(?:\s|\\[nrt]|\(|--[^\n]*\n|\/\*[^*]*\*\/)*(?:select|with|insert|update|delete|merge|truncate|create|alter|drop)\s/i;

/**
 * Whether an expression is text that begins as a statement does, whoever runs it: a constant that another file names,
 * what a function returns, the argument of a team's own helper. What it is, PostgreSQL's grammar decides.
 */
function beginsAsStatement(node: TSESTree.Node): boolean {
  let first = node;
  while (first.type === AST_NODE_TYPES.BinaryExpression && first.operator === "+") first = first.left;
  if (first.type === AST_NODE_TYPES.TemplateLiteral) return VERB.test(first.quasis[0]?.value.raw ?? "");
  return first.type === AST_NODE_TYPES.Literal && VERB.test(first.raw.slice(1));
}

/** What a node defines as the way back of a migration. */
function backwardFunction(node: TSESTree.Node): TSESTree.Node | undefined {
  const definition = nameAndValue(node);
  return BACKWARD.test(definition?.name ?? "") ? definition?.value : undefined;
}

/** The name that a value or function is given where it is defined. */
function nameAndValue(node: TSESTree.Node): { name: string | undefined; value: TSESTree.Node } | undefined {
  switch (node.type) {
    case AST_NODE_TYPES.VariableDeclarator:
      return node.init ? { name: identifier(node.id), value: node.init } : undefined;
    case AST_NODE_TYPES.FunctionDeclaration:
      return { name: node.id?.name, value: node.body };
    case AST_NODE_TYPES.MethodDefinition:
    case AST_NODE_TYPES.PropertyDefinition:
    case AST_NODE_TYPES.Property:
      return node.value ? { name: identifier(node.key), value: node.value } : undefined;
    case AST_NODE_TYPES.AssignmentExpression: {
      const { left } = node;
      const name =
        left.type === AST_NODE_TYPES.MemberExpression ? identifier(left.property) : identifier(left);
      return node.operator === "=" ? { name, value: node.right } : undefined;
    }
    default:
      return undefined;
  }
}

function identifier(node: TSESTree.Node): string | undefined {
  return node.type === AST_NODE_TYPES.Identifier ? node.name : undefined;
}

/** Offsets of strings with the comment before them by which editors know SQL. */
function markedByComment({ comments = [] }: TSESTree.Program): Set<number> {
  const marks = comments.filter(
    ({ type, value }) =>
      type === AST_TOKEN_TYPES.Block &&
      /^\s*(?:lang(?:uage)?=)?(?:pg|postgres(?:ql)?|p)?sql\s*$/i.test(value),
  );
  // One space between the comment and the string, or none.
  return new Set(marks.flatMap(({ range }) => [range[1], range[1] + 1]));
}
