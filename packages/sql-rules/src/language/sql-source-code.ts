import type {
  Directive as DirectiveNode,
  FileProblem,
  LanguageOptions,
  RulesConfig,
  SourceLocation,
} from "@eslint/core";
import { ConfigCommentParser, Directive, TextSourceCodeBase, VisitNodeStep } from "@eslint/plugin-kit";
import { childrenOf, nodesOf, type SqlNode } from "./nodes.js";
import type { AnyStatement, Program } from "./parse.js";
import type { Comment, Range } from "./split.js";

/** A comment with the location ESLint needs to place directives. */
export interface LocatedComment extends Comment {
  loc: SourceLocation;
}

/** Whatever a rule may report on. */
export type SqlSyntaxElement = Program | AnyStatement | SqlNode | LocatedComment;

const commentParser = new ConfigCommentParser();
// Editors insert `/** eslint-disable … */` in languages they do not know, hence the optional asterisk.
const INLINE_CONFIG = /^\s*\*?\s*(eslint(?:-enable|-disable(?:(?:-next)?-line)?)?(?:\s[^]*)?)$/u;

interface InlineConfig {
  comment: LocatedComment;
  label: string;
  value: string;
  justification: string;
}

/**
 * The source code of one SQL file, as ESLint's rules and directives see it.
 *
 * The walk visits `Program`, then each statement with PostgreSQL's parse tree below it. Trees are built while walking
 * and dropped afterwards, so a dump of many megabytes does not stay in memory.
 */
export class SqlSourceCode extends TextSourceCodeBase<{
  LangOptions: LanguageOptions;
  RootNode: Program;
  SyntaxElementWithLoc: SqlSyntaxElement;
  ConfigNode: LocatedComment;
}> {
  override readonly ast: Program;
  #parents = new WeakMap<object, SqlSyntaxElement>();
  #comments: LocatedComment[] | undefined;
  #inlineConfigs: InlineConfig[] | undefined;
  #scope: object | undefined;

  readonly #walk: "statements" | "nodes";

  /** @param walk - how deep `traverse` goes */
  constructor({ text, ast, walk = "nodes" }: { text: string; ast: Program; walk?: "statements" | "nodes" }) {
    super({ text, ast });
    this.ast = ast;
    this.#walk = walk;
  }

  get comments(): LocatedComment[] {
    this.#comments ??= this.ast.comments.map((comment) => this.#located(comment));
    return this.#comments;
  }

  #located(comment: Comment): LocatedComment {
    return { ...comment, loc: this.#locate(comment.range) };
  }

  #locate([start, end]: Range): SourceLocation {
    return { start: this.getLocFromIndex(start), end: this.getLocFromIndex(end) };
  }

  override getLoc(node: SqlSyntaxElement): SourceLocation {
    if (node.type !== "Program") return this.#locate(node.range);
    // The base class asks for the root's location to locate everything else.
    const last = this.lines.at(-1) ?? "";
    return { start: { line: 1, column: 1 }, end: { line: this.lines.length, column: last.length + 1 } };
  }

  override getRange(node: SqlSyntaxElement): Range {
    return node.range;
  }

  override getParent(node: SqlSyntaxElement): SqlSyntaxElement | undefined {
    return this.#parents.get(node);
  }

  /** Core rules that run on every language ask for comments under this name. */
  getAllComments(): LocatedComment[] {
    return this.comments;
  }

  /*
   * Where a configuration for JavaScript, `js.configs.recommended` say, is used without `files`, its rules meet SQL too.
   * What they ask every program for is here and empty, so that they find nothing instead of crashing the run.
   */

  readonly parserServices = {};

  getScope(): object {
    this.#scope ??= emptyScope(this.ast);
    return this.#scope;
  }

  get scopeManager(): object {
    const scope = this.getScope();
    return {
      scopes: [scope],
      globalScope: scope,
      acquire: () => scope,
      getDeclaredVariables: () => [],
    };
  }

  getFirstToken(): null {
    return null;
  }

  #inlineConfig(): InlineConfig[] {
    // Asked for every file: only the few comments that configure something are worth locating.
    this.#inlineConfigs ??= this.ast.comments.flatMap((comment) => {
      const directive = INLINE_CONFIG.exec(comment.value)?.[1];
      const parsed = directive === undefined ? undefined : commentParser.parseDirective(directive);
      if (!parsed) return [];
      const { label, value, justification } = parsed;
      return [{ comment: this.#located(comment), label, value, justification }];
    });
    return this.#inlineConfigs;
  }

  getInlineConfigNodes(): LocatedComment[] {
    return this.#inlineConfig().map(({ comment }) => comment);
  }

  getDisableDirectives(): { problems: FileProblem[]; directives: DirectiveNode[] } {
    const problems: FileProblem[] = [];
    const directives: DirectiveNode[] = [];
    for (const { comment, label, value, justification } of this.#inlineConfig()) {
      const type = /^eslint-(enable|disable(?:-next-line|-line)?)$/.exec(label)?.[1];
      if (type === undefined) continue;
      if (type === "disable-line" && comment.loc.start.line !== comment.loc.end.line) {
        const message = "eslint-disable-line comment should not span multiple lines.";
        problems.push({ ruleId: null, message, loc: comment.loc });
      } else {
        directives.push(
          new Directive({ type: type as DirectiveNode["type"], node: comment, value, justification }),
        );
      }
    }
    return { problems, directives };
  }

  applyInlineConfig(): {
    configs: { config: { rules: RulesConfig }; loc: SourceLocation }[];
    problems: FileProblem[];
  } {
    const configs: { config: { rules: RulesConfig }; loc: SourceLocation }[] = [];
    const problems: FileProblem[] = [];
    for (const { comment, label, value } of this.#inlineConfig()) {
      if (label !== "eslint") continue;
      const parsed = commentParser.parseJSONLikeConfig(value);
      if (parsed.ok) configs.push({ config: { rules: parsed.config }, loc: comment.loc });
      else problems.push({ ruleId: null, message: parsed.error.message, loc: comment.loc });
    }
    return { configs, problems };
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
      this.#parents.set(top.node, top.parent);
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

/** A global scope without names, of eslint-scope's shape. */
function emptyScope(block: Program): object {
  const scope = {
    type: "global",
    block,
    upper: null,
    isStrict: false,
    functionExpressionScope: false,
    set: new Map<string, never>(),
    variables: [],
    references: [],
    through: [],
    childScopes: [],
    implicit: { set: new Map<string, never>(), variables: [], left: [] },
  };
  return Object.assign(scope, { variableScope: scope });
}
