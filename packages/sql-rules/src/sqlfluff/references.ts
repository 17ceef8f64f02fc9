import type { RuleDocs, SqlRule } from "../rule.js";
import { rules } from "../rules/index.js";
import { globMatches } from "./glob.js";

/** A rule under its sqlfluff names. */
export interface RuleEntry {
  /** `OR01`. */
  code: string;
  /** `orchestrator.prefer_jsonb`. */
  name: string;
  /** ESLint's name, `prefer-jsonb`. */
  rule: string;
  description: string;
  groups: readonly string[];
  aliases: readonly string[];
  /** Where the rule is explained. */
  url: string;
}

/** The rule whose violations sqlfluff calls `PRS`. */
export const UNPARSED = "no-unparsed-sql";

/** The rules by code, without the one that sqlfluff calls `PRS`. */
export const ruleEntries: readonly RuleEntry[] = Object.entries<SqlRule>(rules)
  .map(([rule, { meta }]) => entry(rule, meta?.docs as Docs))
  .filter(({ rule }) => rule !== UNPARSED)
  .sort((a, b) => (a.code < b.code ? -1 : 1));

/** What the rules' tests see to that every rule says. */
type Docs = RuleDocs & { description: string; url: string };

function entry(rule: string, { code, description, recommended, url }: Docs): RuleEntry {
  return {
    code,
    name: `orchestrator.${rule.replaceAll("-", "_")}`,
    rule,
    description: `${description}.`,
    // `core` is what sqlfluff calls the rules everybody should run.
    groups: recommended ? ["all", "core", "orchestrator"] : ["all", "orchestrator"],
    aliases: [rule, `orchestrator/${rule}`],
    url,
  };
}

/** What a code, name, group or alias stands for: codes. */
export type ReferenceMap = ReadonlyMap<string, ReadonlySet<string>>;

/** The references of all rules, and of the one behind `PRS`. */
export const references: ReferenceMap = referenceMap([
  ...ruleEntries,
  { ...entry(UNPARSED, rules[UNPARSED].meta.docs), groups: [] },
]);

function referenceMap(entries: readonly RuleEntry[]): ReferenceMap {
  const map = new Map<string, Set<string>>();
  for (const { rule, code, name, groups, aliases } of entries) {
    for (const reference of [code, name, ...groups, ...aliases]) {
      const codes = map.get(reference) ?? new Set();
      map.set(reference, codes.add(rule === UNPARSED ? "PRS" : code));
    }
  }
  return map;
}

/** The codes a reference or glob of references stands for; undefined where it matches none. */
export function expand(reference: string, map: ReferenceMap): ReadonlySet<string> | undefined {
  const exact = map.get(reference);
  if (exact || !/[*?[]/.test(reference)) return exact;
  const matched = [...map].filter(([known]) => globMatches(reference, known));
  return matched.length > 0 ? new Set(matched.flatMap(([, codes]) => [...codes])) : undefined;
}

/** Rules, groups and old codes of sqlfluff itself: a configuration shared with it names them, which is no mistake. */
const SQLFLUFF_OWN =
  /^(?:(?:AL|AM|CP|CV|JJ|LT|PG|RF|ST|TQ)[\d*?[]|L[\d*?]|(?:aliasing|ambiguous|capitalisation|convention|jinja|layout|postgres|references|structure|tsql)(?:\.|$))/;

export interface Selection {
  /** Codes of the rules to run. */
  codes: ReadonlySet<string>;
  /** What is wrong with the references, in sqlfluff's words. */
  problems: readonly string[];
}

/**
 * The rules that run. Without a list, or with one that speaks of sqlfluff's own rules only, these are the recommended
 * ones; `all` or a rule's name runs the strict ones too.
 */
export function select(allowed: readonly string[] | undefined, denied: readonly string[]): Selection {
  const speaksOfOurs = allowed?.some((reference) => !SQLFLUFF_OWN.test(reference)) ?? false;
  const allow = speaksOfOurs && allowed ? allowed : ["core"];
  const denial = codesOf(denied);
  const problems: string[] = [];
  for (const [verb, listed] of [
    ["allowlist", allow],
    ["denylist", denied],
  ] as const) {
    const unknown = listed.filter(
      (reference) => !expand(reference, references) && !SQLFLUFF_OWN.test(reference),
    );
    if (unknown.length > 0) {
      const quoted = unknown.map((reference) => `'${reference}'`).join(", ");
      problems.push(`Tried to ${verb} unknown rule references: [${quoted}]`);
    }
  }
  return { codes: new Set([...codesOf(allow)].filter((code) => !denial.has(code))), problems };
}

function codesOf(listed: readonly string[]): Set<string> {
  return new Set(listed.flatMap((reference) => [...(expand(reference, references) ?? [])]));
}
