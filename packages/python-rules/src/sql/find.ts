import { assemble, replaced, type Piece } from "@orchestrator-lint/sql-rules/generated";
import type { Range } from "@orchestrator-lint/sql-rules/shared";
import { argumentsIn, bodyOf, type Argument } from "../alembic/module.js";
import { partsOf, spanOf, textOf, type Source } from "../language/nodes.js";
import { formatBody, formatText, literalText } from "../language/strings.js";
import type { Program } from "../language/program.js";
import type { PyNode } from "../language/tree.js";

/** How a statement begins. What the rest is, PostgreSQL's grammar decides. */
const VERB =
  /^(?:\s|\(|--[^\n]*\n|\/\*[^*]*\*\/)*(?:select|with|insert|update|delete|merge|truncate|alter|create)\s/i;

/** Characters that constants may add to the texts of a file. */
const MAX_INLINED = 256 * 1024;

/**
 * The texts of a module that begin as an SQL statement does, in order, whoever runs them: string literals, format
 * strings with holes for what is known only at run time, and sums of those, with the constants of the module put in.
 * Docstrings, and what is said to people, are none.
 */
export function statementsIn(program: Program): (readonly Piece[])[] {
  const texts = new Texts(program);
  const found: { node: PyNode; pieces: readonly Piece[] }[] = [];
  const pending: { node: PyNode; isMeant: boolean }[] = [];
  const push = (children: readonly PyNode[], isMeant: boolean): void => {
    for (let i = children.length - 1; i >= 0; i--) pending.push({ node: children[i]!, isMeant });
  };
  push(program.body, false);
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, isMeant } = next;
    if (isBareText(node) || node.type === "RaiseStatement") continue;
    const pieces = isText(node) ? texts.piecesOf(node) : undefined;
    if (pieces) {
      if (isMeant && VERB.test(textUpTo(pieces)))
        found.push({ node, pieces: withHoles(texts.grown(node, pieces), POSITIONAL) });
    } else if (node.type === "CallExpression") {
      const [callee, list] = partsOf(node.children);
      // `"…".format(…)` is a text where the call stands.
      push(list ? [list] : [], takesSql(callee, program));
      push(callee ? [callee] : [], isMeant);
    } else {
      // An operand of a sum that begins with something unknown is no statement by itself.
      const isSum = node.type === "BinaryExpression";
      push(
        isSum ? node.children.filter((child) => !isLiteral(child)) : node.children,
        isMeantIn(node, isMeant, program),
      );
    }
  }
  // What is put into another text is no statement by itself.
  return found.filter(({ node }) => !texts.inlined.has(node)).map(({ pieces }) => pieces);
}

/** Callees that run SQL or make a statement of it, those of a team's own among them. */
const TAKES =
  /(?:sql|query|queries|exec\w*|execute\w*|fetch\w*|iterate|cursor|statement|stmt|scalars?|prepare|raw|text|mogrify|stream|copy|dedent|cleandoc)$/i;
/** Callees of such names whose text is for people all the same: FastAPI's parameters, errors. */
const SAYS = /(?:^|\.)(?:Query|\w*(?:Error|Exception|Warning))$/;
/** Clients of other databases, by what they are called. */
const OTHERS =
  /(?:^|[._])(?:spark|bq|bigquery|ch|clickhouse|duck\w*|sqlite\w*|lite|snowflake|athena|trino|presto|hive|mysql\w*|oracle|mssql)(?:[._]|$)/i;

function takesSql(callee: PyNode | undefined, source: Source): boolean {
  if (!callee) return false;
  const name = textOf(source, callee);
  const last = name.slice(name.lastIndexOf(".") + 1);
  return TAKES.test(last) && !SAYS.test(name) && !OTHERS.test(name.slice(0, -last.length));
}

/** Names that a statement is kept under, whatever keeps it. */
const KEEPS = /(?:sql|query|statement|stmt)/i;

/** Whether a text directly in a node is meant for a database: what is assigned, returned or a default may be. */
function isMeantIn(node: PyNode, isMeant: boolean, source: Source): boolean {
  switch (node.type) {
    case "AssignStatement": {
      const [target] = partsOf(node.children);
      return target?.type === "VariableName" || (target !== undefined && KEEPS.test(textOf(source, target)));
    }
    case "ReturnStatement":
    case "YieldStatement":
    case "NamedExpression":
    case "ParamList":
      return true;
    case "ArgList":
    case "AwaitExpression":
    case "ConditionalExpression":
    case "MemberExpression":
    case "ParenthesizedExpression":
    case "BinaryExpression":
    case "ContinuedString":
    case "FormatString":
      return isMeant;
    default:
      return false;
  }
}

/** A statement that is nothing but a text: a docstring. */
function isBareText({ type, children }: PyNode): boolean {
  const parts = partsOf(children);
  return (
    type === "ExpressionStatement" && parts.length === 1 && parts[0] !== undefined && isLiteral(parts[0])
  );
}

const isLiteral = ({ type }: PyNode) => /^(?:ContinuedString|FormatString|String)$/.test(type);
const isText = (node: PyNode) =>
  isLiteral(node) || /^(?:BinaryExpression|CallExpression|ParenthesizedExpression)$/.test(node.type);

/** The text before the first hole. */
function textUpTo(pieces: readonly Piece[]): string {
  let text = "";
  for (const piece of pieces) {
    if (piece.kind === "hole") break;
    text += piece.text;
  }
  return text;
}

/** Fields of `format` with their names, doubled braces, and what is between. */
const FIELD = /\{\{|\}\}|\{(\w*)(?:[.[!:][^{}]*)?\}|[^{}]+|[{}]/g;

/** `%s` of the clients and of `%`; `%(name)s` is known to every reader of SQL. */
const POSITIONAL = /(?<!%)%[sbtd](?!\w)/g;

/** Pieces with their placeholders as holes. @param pattern - of a placeholder, with the flag `g` */
export function withHoles(pieces: readonly Piece[], pattern: RegExp): readonly Piece[] {
  const places = [...assemble(pieces).text.matchAll(pattern)].map(({ 0: placeholder, index }) => ({
    range: [index, index + placeholder.length] as Range,
    by: "hole" as const,
  }));
  return places.length > 0 ? replaced(pieces, places) : pieces;
}

/** Reads the texts of one module. */
class Texts {
  readonly #constants: ReadonlyMap<string, PyNode>;
  readonly #attributes: ReadonlyMap<string, PyNode>;
  readonly #additions: ReadonlyMap<PyNode, readonly PyNode[]>;
  readonly #open = new Set<string>();
  /** The values of constants that stand in other texts. */
  readonly inlined = new Set<PyNode>();
  #inlined = 0;

  constructor(readonly source: Program) {
    this.#constants = constantsIn(source.body, source);
    this.#attributes = attributesIn(source);
    this.#additions = additionsIn(source);
  }

  /** A text with what `+=` adds to the variable that it is the value of, whichever conditions that stands under. */
  grown(node: PyNode, pieces: readonly Piece[]): readonly Piece[] {
    const more = this.#additions.get(node)?.flatMap((value) => this.#value(value));
    return more ? [...pieces, ...more] : pieces;
  }

  /** The pieces of a text; undefined for anything else. */
  piecesOf(node: PyNode): readonly Piece[] | undefined {
    switch (node.type) {
      case "String": {
        const piece = literalText(this.source.text, node);
        return piece && [piece];
      }
      case "ContinuedString": {
        const parts = partsOf(node.children).map((part) => this.piecesOf(part));
        return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
      }
      case "FormatString":
        return this.#format(node);
      case "ParenthesizedExpression": {
        const parts = partsOf(node.children);
        return parts.length === 1 && parts[0] ? this.piecesOf(parts[0]) : undefined;
      }
      case "BinaryExpression":
        return this.#sum(node);
      case "CallExpression":
        return this.#call(node);
      default:
        return undefined;
    }
  }

  /** A chain of sums leans to the left and may be long, so it is walked without recursion. */
  #sum(node: PyNode): readonly Piece[] | undefined {
    const operands: PyNode[] = [];
    let left = node;
    while (left.type === "BinaryExpression") {
      const [first, operator, last]: readonly PyNode[] = partsOf(left.children);
      if (!first || !operator || !last) return undefined;
      const sign = textOf(this.source, operator);
      if (sign !== "+" && sign !== "%") return undefined;
      // What `%` puts in has its placeholder in the text.
      if (sign === "+") operands.push(last);
      left = first;
    }
    const read = /^(?:Variable|Member)/.test(left.type) ? this.#value(left) : this.piecesOf(left);
    if (!read || read[0]?.kind === "hole") return undefined;
    return [...read, ...operands.reverse().flatMap((operand) => this.#value(operand))];
  }

  /** A text that is put into another, or a hole. */
  #value(node: PyNode): readonly Piece[] {
    const range = spanOf(node);
    const hole: Piece[] = [{ kind: "hole", range }];
    const name = textOf(this.source, node);
    const constant = this.#constantNamed(node, name);
    if (!constant) return this.piecesOf(node) ?? hole;
    if (this.#open.has(name) || this.#inlined > MAX_INLINED) return hole;
    this.#open.add(name);
    const pieces = this.piecesOf(constant);
    this.#open.delete(name);
    if (!pieces) return hole;
    this.inlined.add(constant);
    for (const piece of pieces) this.#inlined += piece.kind === "hole" ? 1 : piece.text.length;
    return pieces.map((piece) => (piece.kind === "added" ? piece : { ...piece, via: range }));
  }

  /** The text that a name of the module, or of a class of it, stands for. */
  #constantNamed({ type }: PyNode, name: string): PyNode | undefined {
    if (type === "VariableName") return this.#constants.get(name);
    const attribute = type === "MemberExpression" ? /^\w+\.(\w+)$/.exec(name)?.[1] : undefined;
    return attribute === undefined ? undefined : this.#attributes.get(attribute);
  }

  /** `"…".format(…)` and `"…".join([…])`. */
  #call(node: PyNode): readonly Piece[] | undefined {
    const [callee, list] = partsOf(node.children);
    const [object, method] = callee?.type === "MemberExpression" ? partsOf(callee.children) : [];
    if (!object || !isLiteral(object) || method?.type !== "PropertyName" || list?.type !== "ArgList")
      return undefined;
    const text = this.piecesOf(object);
    const args = argumentsIn(list, this.source);
    switch (text && args && textOf(this.source, method)) {
      case "format":
        return this.#formatted(text!, args!, spanOf(node));
      case "join":
        return this.#joined(assemble(text!).text, args![0]?.value);
      default:
        return undefined;
    }
  }

  /** What stands for a field of `format` where the field is; a hole for what is not known. */
  #formatted(pieces: readonly Piece[], args: readonly Argument[], range: Range): readonly Piece[] {
    let count = 0;
    const positional = args.filter(({ name, star }) => name === undefined && star === undefined);
    const valueOf = (field: string): readonly Piece[] => {
      const key = field === "" ? String(count++) : field;
      const given =
        args.find(({ name }) => name === key) ?? (/^\d+$/.test(key) ? positional[Number(key)] : undefined);
      return given ? this.#value(given.value) : [{ kind: "hole", range }];
    };
    return pieces.flatMap((piece) => {
      if (piece.kind === "hole" || piece.kind === "added") return [piece];
      return [...piece.text.matchAll(FIELD)].flatMap(({ 0: part, 1: field, index }): readonly Piece[] => {
        if (field !== undefined) return valueOf(field);
        if (piece.kind === "written")
          return [{ ...piece, text: part.slice(0, /^[{}]{2}$/.test(part) ? 1 : undefined) }];
        const start = piece.start + index;
        // `{{` is a brace.
        if (/^[{}]{2}$/.test(part))
          return [{ kind: "written", text: part.slice(1), range: [start, start + 2] }];
        return [{ ...piece, text: part, start }];
      });
    });
  }

  #joined(separator: string, list: PyNode | undefined): readonly Piece[] | undefined {
    if (!list || !/^(?:Array|Tuple)Expression$/.test(list.type)) return undefined;
    const items = partsOf(list.children).map((item) => this.#value(item));
    if (!items[0] || items[0][0]?.kind === "hole") return undefined;
    return items.flatMap((pieces, i) =>
      i === 0 ? pieces : [{ kind: "added" as const, text: separator }, ...pieces],
    );
  }

  #format(node: PyNode): readonly Piece[] | undefined {
    const { text } = this.source;
    const body = formatBody(text, node);
    if (!body) return undefined;
    const pieces: Piece[] = [];
    let [from] = body;
    for (const replacement of node.children) {
      if (replacement.type !== "FormatReplacement") continue;
      const [start, end] = replacement.range;
      if (start > from) pieces.push(formatText(text, from, start));
      const [inner, ...more] = partsOf(replacement.children);
      pieces.push(
        ...(inner && more.length === 0
          ? this.#value(inner)
          : [{ kind: "hole" as const, range: spanOf(replacement) }]),
      );
      from = end;
    }
    if (body[1] > from) pieces.push(formatText(text, from, body[1]));
    return pieces;
  }
}

/** Names that statements of one block give one text and no other value. */
function constantsIn(body: readonly PyNode[], source: Source): ReadonlyMap<string, PyNode> {
  const constants = new Map<string, PyNode>();
  const several = new Set<string>();
  for (const { type, children } of body) {
    if (type !== "AssignStatement") continue;
    const [target, ...rest] = partsOf(children).filter((part) => part.type !== "TypeDef");
    const value = rest[1];
    if (target?.type !== "VariableName" || rest[0]?.type !== "AssignOp" || !value || rest.length > 2)
      continue;
    const name = textOf(source, target);
    if (constants.has(name)) several.add(name);
    constants.set(name, value);
  }
  for (const name of several) constants.delete(name);
  return constants;
}

/** Attributes to which the classes of a module give one text in all, and to which nothing else is assigned. */
function attributesIn(source: Program): ReadonlyMap<string, PyNode> {
  const attributes = new Map<string, PyNode>();
  const several = new Set(
    Array.from(source.text.matchAll(/\.(\w+)[ \t]*(?::[^=\n]*)?[-+*/|&]?=(?!=)/g), ([, name = ""]) => name),
  );
  for (const statement of source.body) {
    const definition = statement.type === "DecoratedStatement" ? statement.children.at(-1) : statement;
    if (definition?.type !== "ClassDefinition") continue;
    for (const [name, value] of constantsIn(bodyOf(definition), source)) {
      if (attributes.has(name)) several.add(name);
      attributes.set(name, value);
    }
  }
  for (const name of several) attributes.delete(name);
  return attributes;
}

/** What `+=` adds to a variable, in order, by the value that it was given last. */
function additionsIn(source: Program): ReadonlyMap<PyNode, readonly PyNode[]> {
  const additions = new Map<PyNode, PyNode[]>();
  if (!source.text.includes("+=")) return additions;
  type Variables = Map<string, PyNode>;
  const pending: { node: PyNode; variables: Variables }[] = [];
  const push = (nodes: readonly PyNode[], variables: Variables): void => {
    for (let i = nodes.length - 1; i >= 0; i--) pending.push({ node: nodes[i]!, variables });
  };
  push(source.body, new Map());
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, variables } = next;
    const [target, operator, value, ...more] = partsOf(node.children).filter(
      ({ type }) => type !== "TypeDef",
    );
    const isOfName = target?.type === "VariableName" && value !== undefined && more.length === 0;
    if (node.type === "AssignStatement" && isOfName) variables.set(textOf(source, target), value);
    else if (node.type === "UpdateStatement" && isOfName) {
      const first = textOf(source, operator!) === "+=" ? variables.get(textOf(source, target)) : undefined;
      if (first) additions.set(first, [...(additions.get(first) ?? []), value]);
    } else if (node.type === "FunctionDefinition") push(node.children, new Map());
    else if (/(?:Statement|Body|Definition)$/.test(node.type)) push(node.children, variables);
  }
  return additions;
}
