import { createHash } from "node:crypto";
import nodePath from "node:path";
import { applyEdits } from "./edits.js";
import { MOST_PASSES } from "./fixes.js";
import { fixesOf } from "./lint.js";
import { readText, ruleFiles, ruleName, withScanDirectory, writeOutput } from "./files.js";
import { locator, utf16Offset } from "./positions.js";
import type { Adapter, Finding, PreparedFile, SourceFile } from "./types.js";

/** A position in Semgrep's JSON. `offset` counts UTF-8 bytes from the start of the file. */
export interface SemgrepPosition {
  line: number;
  col: number;
  offset: number;
}

/** The part of Semgrep's `--json` output that is used here. */
export interface SemgrepJson {
  results: {
    check_id: string;
    path: string;
    start: SemgrepPosition;
    end: SemgrepPosition;
    extra: { message: string; fix?: string };
  }[];
  errors: { message?: string; path?: string; type?: unknown }[];
}

export interface SemgrepAdapterOptions {
  /** Directory of the rule files; each is named after its rule. */
  rulesDirectory: string;
  /** Runs Semgrep over targets with rule files, all absolute, and returns its `--json` output, parsed. */
  run: (configs: string[], targets: string[]) => Promise<SemgrepJson>;
  /** Where results are kept, by content of rules and fixtures; nothing is kept without it. */
  cacheDirectory?: string;
  /** Goes into the cache key: the version of Semgrep. */
  version?: string;
  /** Position-free data of a text, for the check that fixes keep meaning. */
  meaning?: (file: SourceFile) => unknown;
}

type Scanned = Pick<PreparedFile, "ruleId" | "file">;

/** Tests Semgrep rules: one process scans every fixture, and one more each pass of fixes. */
export function semgrepAdapter(options: SemgrepAdapterOptions): Adapter {
  const configs = ruleFiles(nodePath.resolve(options.rulesDirectory));
  const rulesText = configs.map((file) => readText(file) ?? "").join("\0");
  const known = new Map<string, Finding[]>();
  const unread = new Map<string, string>();
  const textKey = (file: SourceFile) => JSON.stringify([file.path, file.text]);
  const key = ({ ruleId, file }: Scanned) => `${ruleId} ${textKey(file)}`;

  const scan = async (wanted: readonly Scanned[]): Promise<void> => {
    const fresh = [...new Map(wanted.map((one) => [key(one), one])).values()].filter(
      (one) => !known.has(key(one)),
    );
    if (fresh.length === 0) return;
    const json = await cached(fresh.map(key).join("\0"), () => runAll(fresh));
    const general = json.errors.find((error) => error.path === undefined);
    if (general) throw new Error(`Semgrep: ${errorText(general)}`);
    fresh.forEach((one, index) => {
      known.set(key(one), findingsOf(one, `${index}/`, json));
      const error = json.errors.find(({ path }) => path?.startsWith(`${index}/`));
      if (error) unread.set(textKey(one.file), errorText(error));
    });
  };

  // Paths in the result are relative to the scan directory, so that a cached result can be read anywhere.
  const runAll = (files: readonly Scanned[]): Promise<SemgrepJson> => {
    const laidOut = files.map(({ file }, index) => ({ path: `${index}/${file.path}`, text: file.text }));
    // The empty file replaces Semgrep's own ignore list, which leaves out tests/ and dist/.
    return withScanDirectory([...laidOut, { path: ".semgrepignore", text: "" }], async (directory) => {
      const { results, errors } = await options.run(configs, [directory]);
      const local = (path: string) =>
        nodePath.relative(directory, nodePath.resolve(path)).replaceAll("\\", "/");
      return {
        results: results.map((result) => ({ ...result, path: local(result.path) })),
        errors: errors.map((error) =>
          error.path === undefined ? error : { ...error, path: local(error.path) },
        ),
      };
    });
  };

  const cached = async (content: string, produce: () => Promise<SemgrepJson>): Promise<SemgrepJson> => {
    if (options.cacheDirectory === undefined) return produce();
    const parts = [options.version ?? "", configs.map(ruleName).join("\0"), rulesText, content];
    const hash = createHash("sha256").update(JSON.stringify(parts)).digest("hex");
    const file = nodePath.join(options.cacheDirectory, `${hash}.json`);
    const text = readText(file);
    if (text !== undefined) return JSON.parse(text) as SemgrepJson;
    const json = await produce();
    writeOutput({ file, text: JSON.stringify(json) });
    return json;
  };

  const prepare = async (files: readonly PreparedFile[]): Promise<void> => {
    let wanted: Scanned[] = files.map(({ ruleId, file }) => ({ ruleId, file }));
    for (let pass = 0; pass <= MOST_PASSES && wanted.length > 0; pass += 1) {
      await scan(wanted);
      wanted = wanted.flatMap(({ ruleId, file }) => {
        const fixes = fixesOf(ruleId, known.get(key({ ruleId, file })) ?? []);
        const { text } = applyEdits(file.text, fixes);
        return text === file.text ? [] : [{ ruleId, file: { ...file, text } }];
      });
    }
  };

  return {
    name: "Semgrep",
    rules: configs.map(ruleName),
    prepare,
    async lint({ ruleId, files }) {
      await scan(files.map((file) => ({ ruleId, file })));
      return new Map(files.map((file) => [file.path, known.get(key({ ruleId, file })) ?? []]));
    },
    parseError: (file) => unread.get(textKey(file)),
    ...(options.meaning ? { meaning: options.meaning } : {}),
  };
}

const errorText = ({ message, type }: SemgrepJson["errors"][number]) => message ?? JSON.stringify(type);

/** The findings of one rule in one file of a scan; `prefix` is where the file was laid out. */
function findingsOf({ ruleId, file }: Scanned, prefix: string, json: SemgrepJson): Finding[] {
  const bytes = Buffer.from(file.text);
  const locate = locator(file.text);
  return json.results
    .filter(({ check_id, path }) => path.startsWith(prefix) && check_id.split(".").at(-1) === ruleId)
    .map(({ start, end, extra }) => {
      const range: [number, number] = [utf16Offset(bytes, start.offset), utf16Offset(bytes, end.offset)];
      const last = locate(range[1]);
      return {
        ruleId,
        message: extra.message,
        ...locate(range[0]),
        endLine: last.line,
        endColumn: last.column,
        ...(extra.fix === undefined ? {} : { fix: { range, text: extra.fix } }),
        suggestions: [],
      };
    });
}
