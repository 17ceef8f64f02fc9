import type { Arg, Expr, FunctionFacts } from "../facts/types.js";
import type { Machine } from "../graph/machine.js";
import { bodyOf, externalName, written, type Call } from "../graph/body.js";

/** What a function does beside computing its result. */
export interface Effect {
  readonly kind: "write" | "read";
  /** As it is written: `frame.to_csv()`. */
  readonly name: string;
}

/** Functions of other distributions with an effect, by full name. */
const WRITES = [
  /^os\.(?:remove|unlink|rename|replace|system|popen|putenv|chdir)$/,
  /^shutil\.(?:copy2?|copyfile|copytree|move|rmtree)$/,
  /^subprocess\.\w+$/,
  /^urllib\.request\.urlretrieve$/,
  /^(?:requests|httpx)\.(?:post|put|patch|delete)$/,
  /^smtplib\.SMTP(?:_SSL)?$/,
  /^matplotlib\.pyplot\.savefig$/,
  /^mlflow\.(?:log_\w+|set_tags?|register_\w+|create_\w+|delete_\w+|autolog)$/,
  /^mlflow\.\w+\.(?:log_model|save_model|autolog)$/,
  /^mage_ai\.orchestration\.triggers\.api\.trigger_pipeline$/,
  /^os\.environ\.(?:update|setdefault)$/,
];
const READS = [
  /^pandas\.read_(?:sql|sql_query|sql_table|gbq)$/,
  /^polars\.read_database$/,
  /^os\.(?:listdir|walk|scandir)$/,
  /^glob\.glob$/,
  /^(?:requests\.(?:get|request)|httpx\.get|urllib\.request\.urlopen)$/,
  /^mlflow\.(?:\w+\.)?load_model$/,
];
/** The same of functions that may be given a buffer in memory, by the position of what they write to or read from. */
const WRITES_TO: readonly [RegExp, number][] = [
  [/^(?:json|pickle|yaml|joblib)\.dump$|^torch\.save$|^pyarrow\.parquet\.write_(?:table|to_dataset)$/, 1],
  [/^numpy\.save(?:z|txt)?$/, 0],
];
const READS_FROM =
  /^pandas\.read_(?:csv|parquet|excel|feather|pickle|hdf)$|^polars\.(?:read_(?:csv|parquet|json|excel)|scan_(?:csv|parquet))$|^geopandas\.read_file$|^numpy\.(?:load|loadtxt)$|^(?:joblib|torch)\.load$/;

/** Methods that nothing else has, whatever the receiver. */
const WRITING_METHODS =
  /^(?:to_sql|to_gbq|write_database|write_delta|write_text|write_bytes|put_object|delete_object|upload_file|upload_fileobj|upload_blob|upload_from_(?:filename|string|file)|load_table_from_(?:dataframe|json)|insert_rows_json|insert_dataframe)$/;
const READING_METHODS =
  /^(?:read_text|read_bytes|get_object|download_file|download_fileobj|download_as_text|download_as_bytes)$/;
/** Methods that return text or bytes where they get no target. */
const WRITING_FRAMES =
  /^(?:to_(?:csv|json|parquet|excel|feather|pickle|hdf)|write_(?:csv|parquet|json|ndjson|ipc|excel)|sink_(?:parquet|csv))$/;
const TARGETS = ["path_or_buf", "path", "excel_writer", "file", "target"];

const CHANGES =
  /^\s*(?:--[^\n]*\s+)*(?:insert\s+(?:into|or|overwrite)|update\s+\S+\s+set|delete\s+from|merge\s+into|create\s+(?!(?:or\s+replace\s+)?(?:(?:global|local)\s+)?temp)(?:\w+\s+){0,4}(?:table|view|index|schema|database|sequence|function|procedure|extension|type|role|user|stage|stream|model|secret|trigger)|drop\s+\w+\s+\w+|alter\s+\w+\s+\w+|truncate\s+\w+|copy\s+\S+\s+(?:from|to|into)|copy\s+into|replace\s+into|refresh\s+materialized)\b/i;
const QUERIES = /^\s*(?:--[^\n]*\s+)*(?:select|with|show)\s/i;
const STATEMENTS = /^(?:execute|executemany|executescript|query|sql|command)$/;

/** What takes a table out of a database in memory, or another one into it. */
const LEAVES_MEMORY = /\b(?:copy|attach|install)\b/i;

const BUFFER = /(?:^|\.)(?:StringIO|BytesIO)$/;
/** Parameters that a caller may give a buffer for. */
const MAY_BE_BUFFER = /buf|stream|memory|^(?:out|output|fp?|fh|handle|file_?obj)$/i;

/** The effects that stand in a function's own body. What is written to memory or to a temporary file is none. */
export function effectsOf(m: Machine, file: string, fn: FunctionFacts): readonly Effect[] {
  return new Reader(m, file, fn).effects();
}

class Reader {
  readonly #m: Machine;
  readonly #file: string;
  readonly #fn: FunctionFacts;

  constructor(m: Machine, file: string, fn: FunctionFacts) {
    this.#m = m;
    this.#file = file;
    this.#fn = fn;
  }

  effects(): Effect[] {
    const { calls, filled } = bodyOf(this.#fn);
    if (calls.some(({ of }) => (this.#name(of) ?? "").startsWith("tempfile."))) return [];
    const environment = filled.some((of) => this.#name(of) === "os.environ");
    return [
      ...(environment ? [{ kind: "write" as const, name: "os.environ" }] : []),
      ...calls.flatMap((call) => {
        const kind = this.#kindOf(call);
        const name = written(call.of) ?? (call.of.k === "attr" ? `….${call.of.id}` : "…");
        return kind ? [{ kind, name: `${name}()` }] : [];
      }),
    ];
  }

  #name(e: Expr): string | undefined {
    return externalName(this.#m, this.#file, this.#fn, e);
  }

  #kindOf({ of, args }: Call): Effect["kind"] | undefined {
    const name = this.#name(of);
    if (name !== undefined) {
      if (name === "open" || name === "gzip.open") return kindOfMode(args, 1);
      if (WRITES.some((one) => one.test(name))) return "write";
      if (READS.some((one) => one.test(name))) return "read";
      const writesTo = WRITES_TO.find(([pattern]) => pattern.test(name));
      if (writesTo) return this.#isFile(args[writesTo[1]]) ? "write" : undefined;
      if (READS_FROM.test(name)) return this.#isFile(args[0]) ? "read" : undefined;
      // DuckDB over the frames of the process reads nothing else, and its tables end with the run.
      if (/^duckdb\.(?:sql|query|execute)$/.test(name) && !LEAVES_MEMORY.test(textOf(args[0]) ?? ""))
        return undefined;
    }
    return of.k === "attr" ? this.#kindOfMethod(of, args) : undefined;
  }

  #kindOfMethod({ of, id }: Expr & { k: "attr" }, args: readonly Arg[]): Effect["kind"] | undefined {
    if (WRITING_METHODS.test(id)) return "write";
    if (READING_METHODS.test(id)) return "read";
    if (WRITING_FRAMES.test(id)) {
      const target = args.find(
        ({ name, star }) => star === undefined && (name === undefined || TARGETS.includes(name)),
      );
      return target && this.#isFile(target) ? "write" : undefined;
    }
    if (id === "open") return kindOfMode(args, 0);
    const statement = STATEMENTS.test(id) ? textOf(args[0]) : undefined;
    if (statement !== undefined && !LEAVES_MEMORY.test(statement) && this.#isInMemory(of)) return undefined;
    if (statement !== undefined && CHANGES.test(statement)) return "write";
    if (statement !== undefined && QUERIES.test(statement)) return "read";
    if (!isClient(this.#m, this.#file, this.#fn, of)) return undefined;
    if (id === "export" || id === "execute") return "write";
    return id === "load" || id === "sample" ? "read" : undefined;
  }

  /** Whether a connection is one to a database that ends with it. */
  #isInMemory(e: Expr): boolean {
    const made = e.k === "call" ? [e] : (bodyOf(this.#fn).bound.get(written(e) ?? "") ?? []);
    return (
      made.length > 0 &&
      made.every((one) => {
        if (one.k !== "call") return false;
        const name = this.#name(one.of);
        if (name !== "duckdb.connect" && name !== "sqlite3.connect") return false;
        const place = one.args.find((arg) => arg.name === undefined || arg.name === "database");
        return place ? textOf(place) === ":memory:" : name === "duckdb.connect";
      })
    );
  }

  /** Whether what is written to or read from is no buffer in memory, as far as can be told. */
  #isFile(target: Arg | undefined): boolean {
    if (!target || target.star !== undefined) return false;
    const { e } = target;
    if (e.k === "call") return !BUFFER.test(written(e.of) ?? "");
    if (e.k === "data" && e.v === "None") return false;
    if (/^sys\.std(?:out|err)$/.test(this.#name(e) ?? "")) return false;
    if (e.k !== "name") return true;
    const made = bodyOf(this.#fn).bound.get(e.id);
    if (made) return !made.some((one) => one.k === "call" && BUFFER.test(written(one.of) ?? ""));
    return !MAY_BE_BUFFER.test(e.id);
  }
}

/** Whether an expression is one of Mage's own clients: what `with_config()` makes. */
export function isClient(m: Machine, file: string, fn: FunctionFacts, e: Expr): boolean {
  const made = e.k === "call" ? [e] : (bodyOf(fn).bound.get(written(e) ?? "") ?? []);
  return made.some(
    (one) =>
      one.k === "call" &&
      ((one.of.k === "attr" && one.of.id === "with_config") ||
        /^mage_ai\.io\.\w+\.\w+$/.test(externalName(m, file, fn, one.of) ?? "")),
  );
}

/** What opening a file is for. @param at - the position of the mode */
function kindOfMode(args: readonly Arg[], at: number): Effect["kind"] | undefined {
  const given = args.find(({ name }) => name === "mode") ?? args[at];
  // A method called `open` is a file's only where it has a mode like one's.
  if (!given) return at === 0 ? undefined : "read";
  const mode = given.name === undefined || given.name === "mode" ? textOf(given) : undefined;
  if (mode === undefined || !/^[rwaxbt+U]+$/.test(mode)) return undefined;
  return /[wax+]/.test(mode) ? "write" : "read";
}

function textOf(arg: Arg | undefined): string | undefined {
  return arg?.e.k === "str" ? arg.e.v : undefined;
}
