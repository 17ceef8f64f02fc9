import { VisitNodeStep } from "@eslint/plugin-kit";
import { CommentedSourceCode, type LocatedComment } from "./commented-source-code.js";
import { childrenOf, nodesOf, type SqlNode } from "./nodes.js";
import type { AnyStatement, Program } from "./parse.js";

/** Whatever a rule may report on. */
export type SqlSyntaxElement = Program | AnyStatement | SqlNode | LocatedComment;

/**
 * The source code of one SQL file, as ESLint's rules and directives see it.
 *
 * The walk visits `Program`, then each statement with PostgreSQL's parse tree below it. Trees are built while walking
 * and dropped afterwards, so a dump of many megabytes does not stay in memory.
 */
export class SqlSourceCode extends CommentedSourceCode<Program, SqlSyntaxElement> {
  readonly #walk: "statements" | "nodes";

  /** @param walk - how deep `traverse` goes */
  constructor({ text, ast, walk = "nodes" }: { text: string; ast: Program; walk?: "statements" | "nodes" }) {
    super({ text, ast });
    this.#walk = walk;
  }

  override *traverse(): Generator<VisitNodeStep> {
    yield step(this.ast, 1);
    for (const statement of this.ast.body) {
      yield* this.#visit(statement, this.ast);
    }
    yield step(this.ast, 2);
  }

  /** Depth first with a stack of its own: SQL nests deeper than JavaScript's call stack may. */
  *#visit(root: AnyStatement, parent: SqlSyntaxElement): Generator<VisitNodeStep> {
    const stack: { node: SqlSyntaxElement; parent: SqlSyntaxElement; entered: boolean }[] = [
      { node: root, parent, entered: false },
    ];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      if (top.entered) {
        stack.pop();
        yield step(top.node, 2, top.parent);
        continue;
      }
      top.entered = true;
      this.parents.set(top.node, top.parent);
      yield step(top.node, 1, top.parent);
      if (this.#walk === "statements") continue;
      for (const child of children(top.node).reverse()) {
        stack.push({ node: child, parent: top.node, entered: false });
      }
    }
  }
}

function children(node: SqlSyntaxElement): SqlNode[] {
  if (node.type === "Statement") return [nodesOf(node as Extract<AnyStatement, { type: "Statement" }>)];
  if (node.type === "LooseStatement" || node.type === "UnparsedStatement") return [];
  return childrenOf(node as SqlNode);
}

function step(target: SqlSyntaxElement, phase: 1 | 2, parent?: SqlSyntaxElement): VisitNodeStep {
  return new VisitNodeStep({ target, phase, args: [target, parent] });
}
