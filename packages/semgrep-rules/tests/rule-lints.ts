import { Ajv } from "ajv";
import { countExamples, type Fixture } from "@orchestrator-lint/rule-tester";
import schema from "./rule.schema.json" with { type: "json" };

/** A rule file and what stands beside it. */
export interface RuleFile {
  /** File name without `.yaml`, and the folder's name. */
  name: string;
  view: string;
  /** The document, parsed. */
  document: unknown;
  fixtures: readonly Fixture[];
  /** Names of the files in the folder. */
  beside: readonly string[];
  /** Text of docs/rules/<name>.md; undefined where there is none. */
  page: string | undefined;
}

/** Cases a fixture must have of each kind. */
const CASES = 8;

const matches = new Ajv({ allErrors: true }).compile(schema);

interface Rule {
  id: string;
  message: string;
  fix?: string;
  "fix-regex"?: unknown;
  metadata: { view: string; source: string };
}

/** What is wrong with one rule file, in words. Pure. */
export function lintRule({ name, view, document, fixtures, beside, page }: RuleFile): string[] {
  const list = (document as { rules?: unknown } | null)?.rules;
  if (!Array.isArray(list) || list.length !== 1) return ["The file holds one rule."];
  if (!matches(list[0])) {
    return (matches.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ""}`);
  }
  const rule = list[0] as unknown as Rule;
  const { bad, good } = countExamples(fixtures.filter((fixture) => fixture.rule === name));
  const isFixable = rule.fix !== undefined || rule["fix-regex"] !== undefined;
  const hasFixed = beside.some((file) => file.startsWith(`${name}.fixed.`));
  const checks: [boolean, string][] = [
    [rule.id === name, "The id is the file's name."],
    [rule.metadata.view === view, "The view is the folder's name."],
    [rule.metadata.source.endsWith(`/${name}.md`), "The source is the rule's page."],
    [page?.startsWith(`# ${name}\n`) === true, "The rule has a page."],
    [/^[^a-z]|^[\w.]+\(/u.test(rule.message), "The message begins as a sentence does."],
    [/[^.]\.$/u.test(rule.message), "The message ends with a full stop."],
    [!/[.!?]\s+[A-Z]/u.test(rule.message), "The message is one sentence."],
    [bad >= CASES, `The fixture has ${bad} cases to report, not ${CASES}.`],
    [good >= CASES, `The fixture has ${good} cases to leave alone, not ${CASES}.`],
    [isFixable === hasFixed, "A rule with a fix has a fixed file, and no other has."],
  ];
  return checks.filter(([holds]) => !holds).map(([, problem]) => problem);
}

/** Ids that more than one rule bears. Pure. */
export function repeatedIds(files: readonly RuleFile[]): string[] {
  const names = files.map(({ name }) => name);
  return names.filter((name, index) => names.indexOf(name) !== index);
}
