import type { LanguageOptions, RuleVisitor } from "@eslint/core";
import type { CustomRuleDefinitionType } from "@eslint/plugin-kit";
import type { Tier } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import { absoluteOf, radarOf } from "./files/project.js";
import { record, type Finding } from "./findings.js";
import type { PythonSourceCode, PythonSyntaxElement } from "./language/python-source-code.js";
import { blockingCallsOf, type BlockingCall } from "./model/radar/findings.js";
import type { BlockingPath } from "./model/radar/paths.js";
import type { Radar } from "./model/radar/radar.js";
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
  find(radar: Radar, paths: readonly BlockingPath[], options: PathOptions): BlockingCall[];
  /** The words of a finding. */
  say(call: BlockingCall): { messageId: string; data: Record<string, string> };
}

/** An ESLint rule from chains of calls that begin in the linted file. */
export function pathRule(meta: PathRuleMeta): PythonRule & { meta: PathRuleMeta } & PathFinder {
  const find: PathFinder["find"] = (radar, paths, { tiers, ignore }) =>
    blockingCallsOf(radar.code, paths, tiers, ignore);
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
          const { radar, file } = radarOf(context);
          const options = context.options[0] as PathOptions;
          const calls = find(radar, radar.pathsFrom(file), options).filter(
            ({ place }) => place.file === file,
          );
          const findings = calls.map((call): Finding => detail(call, (name) => absoluteOf(context, name)));
          record(sourceCode.ast, context.id, findings);
          for (const call of calls) {
            const [start, end] = call.place.range;
            context.report({
              loc: { start: sourceCode.getLocFromIndex(start), end: sourceCode.getLocFromIndex(end) },
              ...say(call),
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
export function detail(
  { place, path, subject, chain }: BlockingCall,
  absolute: (file: string) => string,
): Finding {
  return {
    place: { path: absolute(place.file), range: place.range },
    subject,
    ...(chain.length === 1 ? { twin: `async-blocking-${path.sink.blocking.family}` } : {}),
    flow: path.hops.map((hop, i) => ({
      place: { path: absolute(hop.place.file), range: hop.place.range },
      message: i === path.hops.length - 1 ? `${chain[i] ?? ""}() blocks.` : `Runs ${chain[i] ?? ""}().`,
    })),
  };
}

function say({ chain, path, count, tags }: BlockingCall): {
  messageId: string;
  data: Record<string, string>;
} {
  const { sink } = path;
  const messageId = chain.length === 1 ? "direct" : "chain";
  const more = count - 1;
  const others =
    more > 0 ? `, as ${more > 1 ? `${more} more calls do` : "one more call does"} behind it` : "";
  const when = tags.includes("conditional") ? " on some paths" : "";
  return {
    messageId,
    data: {
      sink: sink.name,
      chain: chain.slice(0, -1).join(" → "),
      why: sink.blocking.why,
      others,
      when,
    },
  };
}
