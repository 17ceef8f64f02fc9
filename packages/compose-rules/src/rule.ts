import type {
  LanguageOptions,
  RuleDefinition,
  RuleTextEdit,
  RuleTextEditor,
  RuleVisitor,
} from "@eslint/core";
import type { SourceCode } from "eslint";
import { projectsOf, pathOf } from "./files/projects.js";
import { record } from "./findings.js";
import type { Place } from "./language/source.js";
import { JOINED, type Edit, type Project } from "./model/workload.js";
import { settingsOf, type Settings } from "./settings.js";

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
}

/** A rule over YAML and JSON: trees of yaml-eslint-parser and jsonc-eslint-parser, as parsers or as languages. */
type DataRule = RuleDefinition<{
  LangOptions: LanguageOptions;
  Code: SourceCode;
  RuleOptions: unknown[];
  Visitor: RuleVisitor;
  Node: unknown;
  MessageIds: string;
  ExtRuleDocs: RuleDocs;
}>;

/** Languages in which a rule finds the trees it reads; `js/js` is where a parser stands in for the language. */
export const LANGUAGES = ["js/js", "yml/*", "jsonc/*"];

/** What a rule found out about a project. */
export interface Finding {
  /** The words to underline, in any file that the project was read from. */
  readonly place: Place;
  readonly messageId: string;
  readonly data?: Record<string, string | number> | undefined;
  readonly suggest?:
    | readonly {
        readonly messageId: string;
        readonly data?: Record<string, string | number>;
        /** Of the finding's own file, applied together. */
        readonly edits: readonly Edit[];
      }[]
    | undefined;
  /** The workload it is about: its `subject`. */
  readonly subject?: string | undefined;
  /** Further places that belong to it, in any file: the limit of a heap, the driver options of a volume. */
  readonly related?: readonly { readonly place: Place; readonly message: string }[] | undefined;
}

type Meta = NonNullable<DataRule["meta"]>;
type ProjectRuleMeta = Meta & { docs: NonNullable<Meta["docs"]> & { description: string } };

export interface ProjectRule<Options extends object> {
  meta: ProjectRuleMeta;
  /**
   * All findings of a project, pure: whichever of its files is linted, each reports its own.
   *
   * @param options - the rule's options object with `meta.defaultOptions` merged in; `{}` without either
   */
  find: (project: Project, options: Options, settings: Settings) => Iterable<Finding>;
}

/** A rule of this package, which can be asked without a linter, too. */
export interface FileRule extends DataRule {
  meta: ProjectRuleMeta;
  /**
   * What is found in one file of some projects, each finding once.
   *
   * @param path - the file's absolute path
   * @param options - the rule's options object with `meta.defaultOptions` merged in
   */
  findingsIn: (projects: readonly Project[], path: string, options: object, settings: Settings) => Finding[];
}

/** Messages begin with the projects a finding is from, where its file belongs to several. */
function withProjects(messages: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(messages).map(([id, text]) => [id, `{{projects}}${text}`]));
}

const NO_PROJECTS = { projects: "" };
/** Titles a message has room for. */
const MOST_TITLES = 3;

/**
 * @param titles - of the projects a finding is from
 * @param all - of the projects its file belongs to
 */
function fromProjects(titles: ReadonlySet<string>, all: readonly string[]): { readonly projects: string } {
  // A base file with further ones on top: what they do not cure is the base's own.
  const own = [...titles].filter((title) => ![...titles].some((base) => title.startsWith(base + JOINED)));
  if (all.length < 2 || (own.length < 2 && titles.size === all.length)) return NO_PROJECTS;
  const named = own.slice(0, own.length > MOST_TITLES + 1 ? MOST_TITLES : own.length);
  const rest = own.length - named.length;
  const list = [...named, ...(rest > 0 ? [`${String(rest)} others`] : [])];
  const last = list.pop() ?? "";
  return { projects: `In ${list.length > 0 ? `${list.join(", ")} and ` : ""}${last}: ` };
}

/**
 * An ESLint rule from a question about a whole project. `find` runs once a `Project` value, however many files of it
 * are linted; a file that belongs to several projects reports what is found in any of them, once.
 */
export function projectRule<Options extends object = Record<string, never>>({
  meta,
  find,
}: ProjectRule<Options>): FileRule {
  /** Findings of each project, by options and settings. */
  const known = new WeakMap<Project, Map<string, readonly Finding[]>>();
  /** Most files are linted under the same options and settings as the last one. */
  let last: { options: Options; settings: Settings; key: string } | undefined;

  function findingsOf(project: Project, options: Options, settings: Settings): readonly Finding[] {
    let asked = known.get(project);
    if (!asked) known.set(project, (asked = new Map<string, readonly Finding[]>()));
    if (last?.options !== options || last.settings !== settings) {
      last = { options, settings, key: JSON.stringify([options, settings]) };
    }
    let findings = asked.get(last.key);
    if (!findings) asked.set(last.key, (findings = [...find(project, options, settings)]));
    return findings;
  }

  const findingsIn: FileRule["findingsIn"] = (projects, path, options, settings) => {
    const found = new Map<string, { finding: Finding; titles: Set<string> }>();
    const titles = projects.map(({ title = "" }) => title);
    for (const [index, project] of projects.entries()) {
      for (const finding of findingsOf(project, options as Options, settings)) {
        const { place, messageId, subject, data } = finding;
        if (place.path !== path) continue;
        const key = JSON.stringify([messageId, place.range, subject, data]);
        const known = found.get(key) ?? { finding, titles: new Set() };
        found.set(key, known);
        known.titles.add(titles[index] ?? "");
      }
    }
    return [...found.values()].map(({ finding, titles: own }) => ({
      ...finding,
      data: { ...finding.data, ...fromProjects(own, titles) },
    }));
  };

  return {
    meta: { ...meta, messages: withProjects(meta.messages) },
    findingsIn,
    create(context) {
      return {
        Program() {
          const { sourceCode } = context;
          const path = pathOf(context);
          const projects = projectsOf(context);
          if (projects.length === 0) return;
          const options = context.options[0] ?? {};
          const findings = findingsIn(projects, path, options, settingsOf(context.settings));
          record(sourceCode.ast, context.id, findings, withProjects(meta.messages));
          for (const { place, messageId, data, suggest } of findings) {
            context.report({
              loc: {
                start: sourceCode.getLocFromIndex(place.range[0]),
                end: sourceCode.getLocFromIndex(place.range[1]),
              },
              messageId,
              data: data ?? {},
              suggest: (suggest ?? [])
                .filter(({ edits }) => edits.every((edit) => edit.place.path === path))
                .map(({ edits, ...rest }) => ({
                  ...rest,
                  data: { ...rest.data, ...NO_PROJECTS },
                  fix: applied(edits),
                })),
            });
          }
        },
      };
    },
  };
}

function applied(edits: readonly Edit[]): (fixer: RuleTextEditor) => RuleTextEdit[] {
  return (fixer) => edits.map(({ place, text }) => fixer.replaceTextRange([...place.range], text));
}
