import { createHash } from "node:crypto";
import nodePath from "node:path";
import { fixesOf, MOST_PASSES } from "./check.js";
import { applyEdits } from "./edits.js";
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
interface Outcome {
  findings: Finding[];
  parseError?: string;
}

/** Tests Semgrep rules: one process scans every fixture, and one more each pass of fixes. */
export function semgrepAdapter(options: SemgrepAdapterOptions): Adapter {
  const configs = ruleFiles(nodePath.resolve(options.rulesDirectory));
  const rulesText = configs.map((file) => readText(file) ?? "").join("\0");
  const known = new Map<string, Outcome>();
  const key = ({ ruleId, file }: Scanned) => JSON.stringify([ruleId, file.path, file.text]);

  const scan = async (wanted: readonly Scanned[]): Promise<void> => {
    const fresh = [...new Map(wanted.map((one) => [key(one), one])).values()].filter(
      (one) => !known.has(key(one)),
    );
    if (fresh.length === 0) return;
    const json = await cached(fresh.map(key).join("\0"), () => runAll(fresh));
    fresh.forEach((one, index) => known.set(key(one), outcome(one, `${index}/`, json)));
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
        const fixes = fixesOf(ruleId, known.get(key({ ruleId, file }))?.findings ?? []);
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
      return new Map(files.map((file) => [file.path, known.get(key({ ruleId, file }))?.findings ?? []]));
    },
    parseError(file) {
      const same = [...known].find(([id]) => {
        const [, path, text] = JSON.parse(id) as [string, string, string];
        return path === file.path && text === file.text;
      });
      return same?.[1].parseError;
    },
    ...(options.meaning ? { meaning: options.meaning } : {}),
  };
}

/** What a scan says about one file and rule. Throws on an error that belongs to no file: a broken rule. */
function outcome({ ruleId, file }: Scanned, prefix: string, json: SemgrepJson): Outcome {
  const general = json.errors.find((error) => error.path === undefined);
  if (general) throw new Error(`Semgrep: ${general.message ?? JSON.stringify(general.type)}`);
  const bytes = Buffer.from(file.text);
  const locate = locator(file.text);
  const findings = json.results
    .filter(({ check_id, path }) => path.startsWith(prefix) && check_id.split(".").at(-1) === ruleId)
    .map(({ start, end, extra }): Finding => {
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
  const error = json.errors.find(({ path }) => path?.startsWith(prefix));
  return error ? { findings, parseError: error.message ?? JSON.stringify(error.type) } : { findings };
}
