import type { LanguageOptions, RuleTextEdit, RuleTextEditor, RuleVisitor } from "@eslint/core";
import type { CustomRuleDefinitionType } from "@eslint/plugin-kit";
import type { TSESTree } from "@typescript-eslint/utils";
import { isPlainEdit } from "./embedded/edits.js";
import { databasesOf, pathOf } from "./files/project.js";
import type { Range } from "./language/split.js";
import type { SqlSourceCode, SqlSyntaxElement } from "./language/sql-source-code.js";
import type { Place } from "./model/catalog.js";
import type { Database } from "./model/database.js";
import { settingsOf, type Settings } from "./settings.js";
import { record } from "./subject.js";

/** What every rule of this project says about itself beside ESLint's own `docs` fields. */
export interface RuleDocs {
  /** Preset: true for recommended, false for strict only. */
  recommended: boolean;
  /** The architectural view (4+1) the rule guards. */
  view: "logical" | "process" | "development" | "physical" | "scenario" | "dialectic";
  /** Level in its preset. */
  level: "error" | "warn";
  /** Options in the strict preset, where they differ from the defaults. */
  strictOptions?: Record<string, unknown>;
  /** sqlfluff-style code of a SQL rule, `OR01`. */
  code: `OR${string}`;
}

/** A rule for the `orchestrator/sql` language. */
export type SqlRule = CustomRuleDefinitionType<
  { LangOptions: LanguageOptions; Code: SqlSourceCode; Visitor: RuleVisitor; Node: SqlSyntaxElement },
  { ExtRuleDocs: RuleDocs & Record<string, unknown> }
>;

/** False where ESLint 9, which does not know `meta.languages`, runs a SQL rule on another language. */
export function isSql(sourceCode: SqlSourceCode): boolean {
  return "dialect" in sourceCode.ast;
}

/** Whether a source is Python, whose migrations a reader of another package makes SQL of. */
export function isPython(sourceCode: SqlSourceCode): boolean {
  return "statements" in sourceCode.ast;
}

/** One replacement in the file of the finding. */
export interface Edit {
  range: Range;
  text: string;
}

/** What a rule found out about a database. */
export interface Finding {
  /** The words to underline, in any file that the database was read from. */
  place: Place;
  messageId: string;
  data?: Record<string, string | number>;
  /** Edits of the finding's own file, applied together. */
  fix?: readonly Edit[];
  suggest?: readonly { messageId: string; data?: Record<string, string | number>; edits: readonly Edit[] }[];
  /** The column or table it is about: `schema.table.column`. */
  subject?: string;
  /** What makes it less than certain: it is said as a warning. */
  doubt?: string;
  /** Further places that belong to it, in any file: the index that was dropped, the query that relied on it. */
  related?: readonly { place: Place; message: string }[];
}

type Meta = NonNullable<SqlRule["meta"]>;
export type DatabaseRuleMeta = Meta & { docs: NonNullable<Meta["docs"]> & { description: string } };

export interface DatabaseRule<Options extends object> {
  meta: DatabaseRuleMeta;
  /**
   * All findings of a database, pure: whichever of its files is linted, each reports its own.
   *
   * @param options - the rule's options object with `meta.defaultOptions` merged in; `{}` without either
   */
  find: (database: Database, options: Options, settings: Settings) => Iterable<Finding>;
}

/** `find` of a rule whatever its options are, for runs over whole databases without ESLint. */
export interface Finder {
  find(database: Database, options: object, settings: Settings): Iterable<Finding>;
}

/**
 * An ESLint rule from a question about a whole database. `find` runs once a `Database` value, however many files of it
 * are linted.
 */
export function databaseRule<Options extends object = Record<string, never>>({
  meta,
  find,
}: DatabaseRule<Options>): SqlRule & { meta: DatabaseRuleMeta } & Finder {
  /** Findings by path, of each database, by options and settings. */
  const known = new WeakMap<Database, Map<string, ReadonlyMap<string, readonly Finding[]>>>();

  function findingsOf(database: Database, options: Options, settings: Settings) {
    let asked = known.get(database);
    if (!asked) known.set(database, (asked = new Map<string, ReadonlyMap<string, readonly Finding[]>>()));
    const key = JSON.stringify([options, settings]);
    let findings = asked.get(key);
    if (!findings) {
      const isLeft = database.isOfTests && !settings.tests;
      findings = byPath(isLeft ? [] : find(database, options, settings));
      asked.set(key, findings);
    }
    return findings;
  }

  return {
    meta,
    find: (database, options, settings) => find(database, options as Options, settings),
    create(context) {
      const { sourceCode } = context;
      if (!readsLanguageOf(meta, sourceCode)) return {};
      return {
        Program() {
          const settings = settingsOf(context.settings);
          const options = (context.options[0] ?? {}) as Options;
          const findings = distinct(
            databasesOf(context).map(
              (database) => findingsOf(database, options, settings).get(pathOf(context)) ?? [],
            ),
          );
          record(sourceCode.ast, context.id, findings);
          for (const finding of findings) {
            const { place, messageId, data, fix, suggest } = finding;
            context.report({
              loc: {
                start: sourceCode.getLocFromIndex(place.range[0]),
                end: sourceCode.getLocFromIndex(place.range[1]),
              },
              messageId,
              ...(data ? { data } : {}),
              ...(fix && canWrite(fix, sourceCode) ? { fix: applied(fix) } : {}),
              ...(suggest
                ? {
                    suggest: suggest
                      .filter(({ edits }) => canWrite(edits, sourceCode))
                      .map(({ edits, ...rest }) => ({ ...rest, fix: applied(edits) })),
                  }
                : {}),
            });
          }
        },
      };
    },
  };
}

/** What several databases of one file both have is one finding. */
function distinct([first = [], ...others]: readonly (readonly Finding[])[]): readonly Finding[] {
  if (others.length === 0) return first;
  const keyOf = ({ messageId, place }: Finding) => `${messageId} ${place.range.join()}`;
  const known = new Set(first.map(keyOf));
  return [...first, ...distinct(others).filter((finding) => !known.has(keyOf(finding)))];
}

function byPath(findings: Iterable<Finding>): ReadonlyMap<string, readonly Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.place.path);
    if (group) group.push(finding);
    else groups.set(finding.place.path, [finding]);
  }
  return groups;
}

function applied(edits: readonly Edit[]): (fixer: RuleTextEditor) => RuleTextEdit[] {
  return (fixer) => edits.map(({ range, text }) => fixer.replaceTextRange(range, text));
}

/** Anything can be written into SQL; into another language's strings only what needs no escape there. */
function canWrite(edits: readonly Edit[], sourceCode: SqlSourceCode): boolean {
  if (isSql(sourceCode)) return true;
  // There a type is no word of SQL.
  if (isPython(sourceCode)) return false;
  const root = sourceCode.ast as unknown as TSESTree.Program;
  return edits.every((edit) => isPlainEdit(root, sourceCode.text, edit));
}

/** SQL that is PostgreSQL's, or a language of which `meta.languages` says so. */
function readsLanguageOf(meta: DatabaseRule<object>["meta"], sourceCode: SqlSourceCode): boolean {
  if (isSql(sourceCode)) return sourceCode.ast.dialect.dialect === "postgresql";
  if (isPython(sourceCode)) return meta.languages?.includes("orchestrator/python") === true;
  const { ast } = sourceCode as unknown as { ast: { sourceType?: unknown } };
  return ast.sourceType !== undefined && meta.languages?.includes("js/*") === true;
}
