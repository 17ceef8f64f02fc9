import type {
  Directive as DirectiveNode,
  FileProblem,
  LanguageOptions,
  RulesConfig,
  SourceLocation,
} from "@eslint/core";
import { ConfigCommentParser, Directive, TextSourceCodeBase } from "@eslint/plugin-kit";
import type { Comment, Range } from "./split.js";

/** A comment with the location ESLint needs to place directives. */
export interface LocatedComment extends Comment {
  loc: SourceLocation;
}

/** The root of a tree whose comments stand beside it. */
export interface CommentedProgram {
  type: "Program";
  range: Range;
  readonly comments: readonly Comment[];
}

/** What stands somewhere in a text. */
export interface Ranged {
  type: string;
  range: Range;
}

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
 * Source code in a language of this project: its comments configure ESLint as they do in JavaScript, and rules that are
 * written for JavaScript find nothing in it instead of crashing.
 */
export abstract class CommentedSourceCode<
  Root extends CommentedProgram,
  Element extends Ranged,
> extends TextSourceCodeBase<{
  LangOptions: LanguageOptions;
  RootNode: Root;
  SyntaxElementWithLoc: Root | Element | LocatedComment;
  ConfigNode: LocatedComment;
}> {
  override readonly ast: Root;
  protected readonly parents = new WeakMap<object, Root | Element>();
  #comments: LocatedComment[] | undefined;
  #inlineConfigs: InlineConfig[] | undefined;
  #scope: object | undefined;

  constructor({ text, ast }: { text: string; ast: Root }) {
    super({ text, ast });
    this.ast = ast;
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

  override getLoc(node: Root | Element | LocatedComment): SourceLocation {
    if (node.type !== "Program") return this.#locate(node.range);
    // The base class asks for the root's location to locate everything else.
    const last = this.lines.at(-1) ?? "";
    return { start: { line: 1, column: 1 }, end: { line: this.lines.length, column: last.length + 1 } };
  }

  override getRange(node: Root | Element | LocatedComment): Range {
    return node.range;
  }

  override getParent(node: Root | Element | LocatedComment): Root | Element | undefined {
    return this.parents.get(node);
  }

  /** Core rules that run on every language ask for comments under this name. */
  getAllComments(): LocatedComment[] {
    return this.comments;
  }

  /*
   * Where a configuration for JavaScript, `js.configs.recommended` say, is used without `files`, its rules meet these languages too.
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
}

/** A global scope without names, of eslint-scope's shape. */
function emptyScope(block: object): object {
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
