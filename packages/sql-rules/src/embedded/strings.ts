import { AST_NODE_TYPES } from "@typescript-eslint/types";
import type { TSESLint, TSESTree } from "@typescript-eslint/utils";
import type * as AstUtils from "@typescript-eslint/utils/ast-utils";
import { createRequire } from "node:module";
import type { Range } from "../language/split.js";
import { piecesOfRaw } from "./raw.js";
import { isSqlTag, rawSqlArgument } from "./sinks.js";
import { named, type Piece } from "./text.js";

/** How far constants that name constants are followed. */
const MAX_DEPTH = 16;
/** Longest text put together, in UTF-16 units; longer ones are reported rather than read. */
const MAX_LENGTH = 512 * 1024;
const MAX_PIECES = 10_000;

/** Tags that leave a template's text as it is, or change white space only. */
const PLAIN_TAGS = /^(?:raw|dedent|outdent|stripIndents?|oneLine)$/;

/** Loaded for the first name that is followed: runs over scripts alone have none. */
let astUtils: typeof AstUtils | undefined;

/** What strings of one file are read with. */
export interface StringContext {
  /** The file. */
  text: string;
  /** The file's outermost scope; without one, no name is followed. */
  scope: TSESLint.Scope.Scope | null;
  /** What is left of the file's allowance: constants that name each other twice would double at each step. */
  budget: { characters: number };
  /** Filled with the SQL templates, arguments and constants that became part of the text. */
  inlined: Set<TSESTree.Node>;
}

/**
 * The text an expression has at run time, as far as the file says: strings, templates, their concatenation, and
 * constants of them. (`getStaticValue` of eslint-utils would do the same for whole values, but it evaluates
 * `"".padEnd(1e9)` too, and it forgets where the text stands.)
 *
 * @returns undefined for what is no text
 */
export function piecesOf(node: TSESTree.Node, context: StringContext): Piece[] | "too long" | undefined {
  const reader = new StringReader(context);
  const pieces = reader.text(node, 0);
  return reader.isSpent ? "too long" : pieces;
}

class StringReader {
  #pieces = 0;
  #characters = 0;

  constructor(readonly context: StringContext) {}

  get isSpent(): boolean {
    const { budget } = this.context;
    return this.#pieces > MAX_PIECES || this.#characters > MAX_LENGTH || budget.characters < 0;
  }

  #spend(pieces: Piece[]): Piece[] {
    this.#pieces += pieces.length;
    for (const piece of pieces) {
      const { length } = piece.kind === "hole" ? "12345678" : piece.text;
      this.#characters += length;
      this.context.budget.characters -= length;
    }
    return pieces;
  }

  text(node: TSESTree.Node, depth: number): Piece[] | undefined {
    this.context.budget.characters--;
    if (depth > MAX_DEPTH || this.isSpent) return undefined;
    switch (node.type) {
      case AST_NODE_TYPES.Literal:
        return typeof node.value === "string" ? this.#literal(node) : undefined;
      case AST_NODE_TYPES.TemplateLiteral:
        return this.#template(node, (hole) => this.#number(hole) ?? this.text(hole, depth + 1));
      case AST_NODE_TYPES.TaggedTemplateExpression:
        return this.#tagged(node, depth);
      case AST_NODE_TYPES.BinaryExpression:
        return node.operator === "+" ? this.#sum(node, depth) : undefined;
      case AST_NODE_TYPES.CallExpression:
        return this.#call(node, depth);
      case AST_NODE_TYPES.Identifier:
        return this.#name(node, depth);
      case AST_NODE_TYPES.MemberExpression: {
        const member = this.#member(node);
        return member && this.text(member, depth + 1);
      }
      case AST_NODE_TYPES.TSAsExpression:
      case AST_NODE_TYPES.TSSatisfiesExpression:
      case AST_NODE_TYPES.TSNonNullExpression:
      case AST_NODE_TYPES.TSTypeAssertion:
        return this.text(node.expression, depth + 1);
      default:
        return undefined;
    }
  }

  #literal({ range, raw }: TSESTree.Literal): Piece[] {
    return this.#spend(piecesOfRaw(raw.slice(1, -1), range[0] + 1));
  }

  #number(node: TSESTree.Node): Piece[] | undefined {
    if (node.type !== AST_NODE_TYPES.Literal || typeof node.value !== "number") return undefined;
    return this.#spend([{ kind: "written", text: String(node.value), range: node.range }]);
  }

  #hole({ range }: { range: Range }): Piece[] {
    return this.#spend([{ kind: "hole", range }]);
  }

  #template(
    { range, quasis, expressions }: TSESTree.TemplateLiteral,
    fill: (hole: TSESTree.Node) => Piece[] | undefined,
    isRaw = false,
  ): Piece[] {
    // Most parsers let a quasi's range cover the delimiters around it, some do not. Its `raw` may have other line ends.
    const delimiter = quasis[0]?.range[0] === range[0] ? 1 : 0;
    const stretches = quasis.map((quasi): Range => [
      quasi.range[0] + delimiter,
      quasi.range[1] - delimiter * (quasi.tail ? 1 : 2),
    ]);
    return stretches.flatMap((stretch, i) => {
      const raw = this.context.text.slice(...stretch);
      const text = isRaw
        ? [{ kind: "verbatim" as const, text: raw, start: stretch[0] }]
        : piecesOfRaw(raw, stretch[0]);
      const before = expressions[i - 1];
      if (!before) return this.#spend(text);
      const hole: Range = [stretches[i - 1]![1], stretch[0]];
      const filled = fill(before);
      return [...(filled ? named(filled, hole) : this.#hole({ range: hole })), ...this.#spend(text)];
    });
  }

  #tagged({ tag, quasi }: TSESTree.TaggedTemplateExpression, depth: number): Piece[] | undefined {
    // What stands in the holes of a SQL template is sent beside it, unless it is SQL itself.
    if (isSqlTag(tag)) return this.#template(quasi, (hole) => this.#sql(hole, depth + 1));
    const name = tag.type === AST_NODE_TYPES.MemberExpression ? tag.property : tag;
    if (name.type !== AST_NODE_TYPES.Identifier || !PLAIN_TAGS.test(name.name)) return undefined;
    return this.#template(
      quasi,
      (hole) => this.#number(hole) ?? this.text(hole, depth + 1),
      name.name === "raw",
    );
  }

  /** SQL in the hole of a SQL template: another such template, or text that is passed as SQL. */
  #sql(node: TSESTree.Node, depth: number): Piece[] | undefined {
    if (depth > MAX_DEPTH || this.isSpent) return undefined;
    if (node.type === AST_NODE_TYPES.TaggedTemplateExpression && isSqlTag(node.tag)) {
      this.context.inlined.add(node);
      return this.#tagged(node, depth);
    }
    if (node.type === AST_NODE_TYPES.CallExpression) {
      const argument = rawSqlArgument(node);
      if (argument) this.context.inlined.add(argument);
      return argument && this.text(argument, depth + 1);
    }
    const value = node.type === AST_NODE_TYPES.Identifier ? this.#constant(node) : this.#member(node);
    return value && this.#sql(value, depth + 1);
  }

  /** Long sums are deep on their left side, so that side is walked. */
  #sum(node: TSESTree.BinaryExpression, depth: number): Piece[] | undefined {
    const operands: TSESTree.Node[] = [];
    let left: TSESTree.Node = node;
    for (; left.type === AST_NODE_TYPES.BinaryExpression && left.operator === "+"; left = left.left)
      operands.push(left.right);
    operands.push(left);
    operands.reverse();
    const texts = operands.map((operand) => this.#number(operand) ?? this.text(operand, depth + 1));
    if (texts.every((text) => text === undefined)) return undefined;
    return texts.flatMap((text, i) => {
      const operand = operands[i]!;
      return text ? named(text, operand.range) : this.#hole(operand);
    });
  }

  /** `text.trim()`, and `[a, b].join(" ")`. */
  #call({ callee, arguments: [argument] }: TSESTree.CallExpression, depth: number): Piece[] | undefined {
    if (callee.type !== AST_NODE_TYPES.MemberExpression || callee.property.type !== AST_NODE_TYPES.Identifier)
      return undefined;
    const { object, property } = callee;
    if (/^(?:trim|trimStart|trimEnd|toString)$/.test(property.name)) return this.text(object, depth + 1);
    if (property.name !== "join" || object.type !== AST_NODE_TYPES.ArrayExpression) return undefined;
    const separator = argument?.type === AST_NODE_TYPES.Literal ? argument.value : undefined;
    if (typeof separator !== "string") return undefined;
    return object.elements.flatMap((element, i): Piece[] => {
      if (!element) return [];
      const between: Piece[] = i === 0 ? [] : [{ kind: "added", text: separator }];
      return [...this.#spend(between), ...(this.text(element, depth + 1) ?? this.#hole(element))];
    });
  }

  #name(node: TSESTree.Identifier, depth: number): Piece[] | undefined {
    const value = this.#constant(node);
    if (value) {
      this.context.inlined.add(value);
      return this.text(value, depth + 1);
    }
    const parts = this.#appended(node);
    const texts = parts?.map((part) => this.text(part, depth + 1));
    if (!parts || texts?.[0] === undefined) return undefined;
    for (const part of parts) this.context.inlined.add(part);
    return texts.flatMap((text, i) => text ?? this.#hole(parts[i]!));
  }

  #variable(node: TSESTree.Identifier): TSESLint.Scope.Variable | undefined {
    const { scope } = this.context;
    if (!scope) return undefined;
    astUtils ??= createRequire(import.meta.url)("@typescript-eslint/utils/ast-utils") as typeof AstUtils;
    const variable = astUtils.findVariable(scope, node);
    return variable?.defs.length === 1 ? variable : undefined;
  }

  /** What a name is initialised with, where nothing else is ever assigned to it. */
  #constant(node: TSESTree.Identifier): TSESTree.Expression | undefined {
    const [init, ...others] = this.#writes(node);
    return others.length === 0 && init?.init === true ? (init.writeExpr as TSESTree.Expression) : undefined;
  }

  #writes(node: TSESTree.Identifier): TSESLint.Scope.Reference[] {
    const variable = this.#variable(node);
    const definition = variable?.defs[0];
    const isPlain =
      definition?.node.type === AST_NODE_TYPES.VariableDeclarator &&
      definition.node.id.type === AST_NODE_TYPES.Identifier;
    return isPlain ? (variable?.references.filter((reference) => reference.isWrite()) ?? []) : [];
  }

  /** `let q = "SELECT …"; if (…) q += " AND …"`: read with every part in. */
  #appended(node: TSESTree.Identifier): TSESTree.Expression[] | undefined {
    const [init, ...others] = this.#writes(node);
    if (init?.init !== true || others.some((reference) => !reference.isRead())) return undefined;
    return [init, ...others].map(({ writeExpr }) => writeExpr as TSESTree.Expression);
  }

  /** `queries.find`, where `queries` is a constant object literal. */
  #member(node: TSESTree.Node): TSESTree.Node | undefined {
    if (
      node.type !== AST_NODE_TYPES.MemberExpression ||
      node.computed ||
      node.object.type !== AST_NODE_TYPES.Identifier
    )
      return undefined;
    let object: TSESTree.Node | undefined = this.#constant(node.object);
    while (
      object?.type === AST_NODE_TYPES.TSAsExpression ||
      object?.type === AST_NODE_TYPES.TSSatisfiesExpression
    )
      object = object.expression;
    if (object?.type === AST_NODE_TYPES.CallExpression) object = object.arguments[0];
    if (object?.type !== AST_NODE_TYPES.ObjectExpression || node.property.type !== AST_NODE_TYPES.Identifier)
      return undefined;
    const { name } = node.property;
    const property = object.properties.find(
      (item) =>
        item.type === AST_NODE_TYPES.Property &&
        !item.computed &&
        item.key.type === AST_NODE_TYPES.Identifier &&
        item.key.name === name,
    );
    return property?.type === AST_NODE_TYPES.Property ? property.value : undefined;
  }
}
