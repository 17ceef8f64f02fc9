import type { LanguageOptions, RuleVisitor } from "@eslint/core";
import type { CustomRuleDefinitionType } from "@eslint/plugin-kit";
import type { Tier } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import { absoluteOf, chainsFrom } from "./files/project.js";
import { record, type Finding } from "./findings.js";
import type { PythonSourceCode, PythonSyntaxElement } from "./language/python-source-code.js";
import { blockingCallsOf, type BlockingCall, type Wanted } from "./model/radar/findings.js";
import type { Chain, ChainDoubt } from "./model/radar/chains.js";
import { remediesOf, type Remedy } from "./model/radar/remedies.js";
import type { Tag } from "./model/radar/tags.js";

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

/** A rule for the `orchestrator/python` language. */
export type PythonRule = CustomRuleDefinitionType<
  { LangOptions: LanguageOptions; Code: PythonSourceCode; Visitor: RuleVisitor; Node: PythonSyntaxElement },
  { ExtRuleDocs: RuleDocs & Record<string, unknown> }
>;

type Meta = NonNullable<PythonRule["meta"]>;
type PathRuleMeta = Meta & { docs: NonNullable<Meta["docs"]> & { description: string } };

/** Options of the rules that follow calls. */
export interface PathOptions {
  /** Kinds of blocking calls that are reported. */
  tiers: readonly Tier[];
  /** Circumstances in which none is. */
  ignore: readonly Tag[];
}

/** What a rule that follows calls asks of a project, with ESLint and without. */
export interface PathFinder {
  /** Findings among chains, in order of their places; the options with their defaults. */
  find(chains: readonly Chain[], options: PathOptions): BlockingCall[];
  /** The words of a finding. */
  say(call: BlockingCall): { messageId: string; data: Record<string, string> };
}

/** An ESLint rule from chains of calls that begin in the linted file. */
export function pathRule(
  meta: PathRuleMeta,
  wanted?: Wanted,
): PythonRule & { meta: PathRuleMeta } & PathFinder {
  const find: PathFinder["find"] = (chains, { tiers, ignore }) =>
    blockingCallsOf(chains, tiers, ignore, wanted);
  return {
    meta,
    find,
    say,
    create(context) {
      const { sourceCode } = context;
      if (!isPython(sourceCode)) return {};
      return {
        Program() {
          if (sourceCode.ast.unread) return;
          const options = context.options[0] as PathOptions;
          const calls = find(chainsFrom(context), options);
          const findings = calls.map((call): Finding => detail(call, (name) => absoluteOf(context, name)));
          record(sourceCode.ast, context.id, findings);
          for (const call of calls) {
            const [start, end] = call.place.range;
            context.report({
              loc: { start: sourceCode.getLocFromIndex(start), end: sourceCode.getLocFromIndex(end) },
              ...say(call),
              suggest: remediesFor(sourceCode.text, call).map(({ kind, edits }) => ({
                messageId: kind,
                data: { sink: call.chain.links.at(-1)?.name ?? "" },
                fix: (fixer) => edits.map(({ range, text }) => fixer.replaceTextRange([...range], text)),
              })),
            });
          }
        },
      };
    },
  };
}

/** False where ESLint 9, which does not know `meta.languages`, runs a rule of Python on another language. */
export function isPython(sourceCode: PythonSourceCode): boolean {
  return "statements" in sourceCode.ast;
}

/** What a finding is about and the places it belongs to, hop by hop. */
export function detail({ place, chain }: BlockingCall, absolute: (file: string) => string): Finding {
  const { links, subject, blocking } = chain;
  return {
    place: { path: absolute(place.file), range: place.range },
    subject,
    tier: blocking.tier,
    ...(links.length === 1 ? { twin: `async-blocking-${blocking.family}` } : {}),
    flow: links.map((link, i) => ({
      place: { path: absolute(link.place.file), range: link.place.range },
      name: link.name,
      message: i === links.length - 1 ? `${link.name}() blocks.` : `Runs ${link.name}().`,
    })),
  };
}

/** Only what stands in a coroutine function itself can be written anew without its callers. */
function remediesFor(text: string, { place, chain }: BlockingCall): Remedy[] {
  const { links, isCoroutine, blocking } = chain;
  const [only] = links;
  if (!only || links.length > 1 || !isCoroutine) return [];
  return remediesOf(text, { range: place.range, name: only.name, blocking });
}

/** What has to be for a chain to run that is in doubt. */
function doubted(doubt: ChainDoubt): string {
  switch (doubt.k) {
    case "constant":
      return " unless a constant given on the way rules that out, which could not be told";
    case "once":
      return ` where ${doubt.name} runs for the first time, as it keeps what it makes`;
    case "lock":
      return ` as long as others hold what ${doubt.name} waits for`;
    case "tests":
      return ` if ${doubt.count} tests on the way come out so together, which could not be told`;
    case "length":
      return " unless what one of these many calls needs rules out another, which could not be told";
    case "ruled-out":
      return ` unless a test in ${doubt.name} rules that out, as it does with what is known on this way`;
    case "awaited":
      return ` unless something else runs there, as ${doubt.name} is awaited and gives nothing to await`;
    case "unnamed":
      return ` if anything runs ${doubt.name}, which nothing in this project names`;
    case "given":
      return ` unless all that call ${doubt.name} give ${doubt.given}, as all in this project do`;
  }
}

function say({ chain, count }: BlockingCall): { messageId: string; data: Record<string, string> } {
  const names = chain.links.map(({ name }) => name);
  const more = count - 1;
  const others =
    more > 0 ? `, as ${more > 1 ? `${more} more calls do` : "one more call does"} behind it` : "";
  return {
    messageId: names.length === 1 ? "direct" : "chain",
    data: {
      sink: names.at(-1) ?? "",
      chain: names.slice(0, -1).join(" → "),
      why: chain.blocking.why,
      others,
      when: chain.doubt ? doubted(chain.doubt) : chain.tags.includes("conditional") ? " on some paths" : "",
    },
  };
}
