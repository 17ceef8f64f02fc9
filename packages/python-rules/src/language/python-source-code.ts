import { Directive, VisitNodeStep } from "@eslint/plugin-kit";
import { CommentedSourceCode, type LocatedComment } from "@orchestrator-lint/sql-rules/shared";
import type { Program } from "./program.js";
import { SEMGREP_RULES } from "./semgrep-rules.js";
import type { PyNode } from "./tree.js";

/** Whatever a rule may report on. */
export type PythonSyntaxElement = Program | PyNode | LocatedComment;

/** The source code of one Python file, as ESLint's rules and directives see it. */
export class PythonSourceCode extends CommentedSourceCode<Program, PyNode> {
  readonly #walk: "program" | "nodes";
  readonly #hasSemgrep: boolean;

  /**
   * @param walk - how deep `traverse` goes
   * @param hasSemgrep - whether the run has Semgrep's results too
   */
  constructor({
    text,
    ast,
    walk = "nodes",
    hasSemgrep = false,
  }: {
    text: string;
    ast: Program;
    walk?: "program" | "nodes";
    hasSemgrep?: boolean;
  }) {
    super({ text, ast });
    this.#walk = walk;
    this.#hasSemgrep = hasSemgrep;
  }

  /** Without the rules that only Semgrep runs: ESLint would call them unknown, and what they disable unused. */
  override getDisableDirectives(): ReturnType<CommentedSourceCode<Program, PyNode>["getDisableDirectives"]> {
    const all = super.getDisableDirectives();
    if (this.#hasSemgrep) return all;
    const directives = all.directives.flatMap((directive) => {
      const names = directive.value.split(",").map((name) => name.trim());
      const own = names.filter(
        (name) => !SEMGREP_RULES.has(name.replace(/^['"]|['"]$/g, "").replace(/^.*\//, "")),
      );
      if (own.length === names.length) return [directive];
      const { type, node, justification } = directive;
      return own.length > 0
        ? [new Directive({ type, node, justification: justification ?? "", value: own.join(", ") })]
        : [];
    });
    return { ...all, directives };
  }

  override *traverse(): Generator<VisitNodeStep> {
    yield step(this.ast, 1);
    if (this.#walk === "nodes") {
      for (const statement of this.ast.body) yield* this.#visit(statement);
    }
    yield step(this.ast, 2);
  }

  *#visit(root: PyNode): Generator<VisitNodeStep> {
    const stack: { node: PyNode; parent: Program | PyNode; isEntered: boolean }[] = [
      { node: root, parent: this.ast, isEntered: false },
    ];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      if (top.isEntered) {
        stack.pop();
        yield step(top.node, 2, top.parent);
        continue;
      }
      top.isEntered = true;
      this.parents.set(top.node, top.parent);
      yield step(top.node, 1, top.parent);
      for (const child of top.node.children.toReversed()) {
        stack.push({ node: child, parent: top.node, isEntered: false });
      }
    }
  }
}

function step(target: Program | PyNode, phase: 1 | 2, parent?: Program | PyNode): VisitNodeStep {
  return new VisitNodeStep({ target, phase, args: [target, parent] });
}
