import { Linter, type ESLint } from "eslint";
import nodePath from "node:path";
import type { Adapter, Edit, Finding, LintRequest, SourceFile } from "./types.js";

export interface EslintAdapterOptions {
  /** The plugins the configs name, ours among them. */
  plugins: Record<string, ESLint.Plugin>;
  /** The key of `plugins` whose rules are tested: `orchestrator` in `orchestrator/prefer-jsonb`. */
  namespace: string;
  /** Bare names of the rules to test. */
  rules: readonly string[];
  /**
   * Language or parser for a path; undefined: the file belongs to its case but is not linted itself. The rule is the one
   * that is tested, bare, or none where only the syntax is asked about: ESLint refuses a rule in a language that is not
   * in its `meta.languages`.
   */
  config: (path: string, ruleId?: string) => Linter.Config | undefined;
  /** Position-free data of a text, for the check that fixes keep meaning. */
  meaning?: (file: SourceFile) => unknown;
  /** Shared settings of every case; a case's `@settings` win, key by key. */
  settings?: Record<string, unknown>;
  /** The Linter of another ESLint version. */
  linter?: typeof Linter;
}

/** Tests rules of an ESLint plugin, in any language, in process. */
export function eslintAdapter(options: EslintAdapterOptions): Adapter {
  const { namespace, rules, meaning } = options;
  const LinterClass = options.linter ?? Linter;

  const verify = (
    file: SourceFile,
    root: string,
    extra: Linter.Config,
    ruleId?: string,
  ): Linter.LintMessage[] | undefined => {
    const config = options.config(file.path, ruleId);
    if (!config) return undefined;
    const files = config.files ?? [pattern(file.path)];
    const linter = new LinterClass({ cwd: root, configType: "flat" });
    const configs: Linter.Config[] = [{ plugins: options.plugins }, { ...config, files }, extra];
    return linter.verify(file.text, configs, { filename: nodePath.join(root, file.path) });
  };

  const lint = ({ ruleId, options: ruleOptions, settings, files, root }: LintRequest) => {
    const extra: Linter.Config = {
      settings: { ...options.settings, ...settings },
      rules: { [`${namespace}/${ruleId}`]: ["error", ...ruleOptions] },
    };
    const found = files.map((file): [string, Finding[]] => {
      const messages = verify(file, root, extra, ruleId) ?? [];
      return [
        file.path,
        messages.filter(({ fatal }) => !fatal).map((message) => toFinding(message, namespace, file.text)),
      ];
    });
    return Promise.resolve(new Map(found));
  };

  const parseError = (file: SourceFile): string | undefined => {
    const fatal = verify(file, nodePath.resolve("/"), {})?.find((message) => message.fatal);
    return fatal && `${fatal.message} (${fatal.line}:${fatal.column})`;
  };

  return { name: `ESLint plugin ${namespace}`, rules, lint, parseError, ...(meaning ? { meaning } : {}) };
}

/** A glob for a path, specific enough for ESLint to lint a file of that kind at all. */
function pattern(path: string): string {
  const { base, ext } = nodePath.posix.parse(path);
  return `**/${ext === "" ? base : `*${ext}`}`;
}

function toFinding(message: Linter.LintMessage, namespace: string, text: string): Finding {
  // ESLint's offsets do not count a byte order mark.
  const shift = text.startsWith("\uFEFF") ? 1 : 0;
  const edit = ({ range, text: replacement }: { range: [number, number]; text: string }): Edit => ({
    range: [Math.max(range[0] + shift, 0), range[1] + shift],
    text: replacement,
  });
  const { ruleId, line, column, endLine, endColumn, fix, suggestions } = message;
  return {
    // Messages of ESLint itself, such as an unused directive, have no rule.
    ruleId: ruleId?.replace(`${namespace}/`, "") ?? "eslint",
    message: message.message,
    line,
    column,
    endLine: endLine ?? line,
    endColumn: endColumn ?? column,
    ...(fix ? { fix: edit(fix) } : {}),
    suggestions: (suggestions ?? []).map((one) => ({ message: one.desc, edit: edit(one.fix) })),
  };
}
