import type { DoStmt, Node } from "@pgsql/types";
import { parseSql, type Statement } from "../../language/parse.js";
import { parsePlpgsql, type PlStatement } from "../../language/plpgsql.js";
import type { Block, SchemaChange } from "../changes.js";
import { constantText, constantTexts, type Variables } from "./dynamic.js";

type Read = (statement: Statement) => SchemaChange[];

/** What a DO block changes: its statements as if each ran, with what is known of when they do. */
export function blockOf(tree: DoStmt, statement: Statement, read: Read): SchemaChange[] {
  const { range } = statement;
  const source = sourceOf(tree);
  const body = /\bplpgsql\b/i.test(source.language) ? parsePlpgsql(statement.text) : undefined;
  if (!body) return unreadable(source.body, "a DO block could not be read", statement);
  const reader = new BlockReader(statement, source.body, read);
  for (const [name, expression] of body.variables) reader.assign(name, expression);
  const changes = reader.readAll(body.statements);
  if (changes.length === 0) return [];
  // What could not be read may have made way for what would be refused without it.
  const unread = unreadIn(changes);
  return [
    { kind: "block", changes, range, ...(unread !== undefined && { guard: "condition", doubt: unread }) },
  ];
}

function unreadIn(changes: readonly SchemaChange[]): string | undefined {
  for (const change of changes) {
    if (change.kind !== "block") continue;
    const found = change.words ? change.doubt : unreadIn(change.changes);
    if (found !== undefined) return found;
  }
  return undefined;
}

function sourceOf({ args = [] }: DoStmt): { language: string; body: string } {
  const source = { language: "plpgsql", body: "" };
  for (const node of args) {
    const { defname, arg } = "DefElem" in node ? node.DefElem : {};
    const text = arg && "String" in arg ? (arg.String.sval ?? "") : "";
    if (defname === "language") source.language = text;
    else if (defname === "as") source.body = text;
  }
  return source;
}

/** Only such words make a text one that changes tables. */
const CHANGES = /\b(?:alter|create|drop|rename)\b/i;
const MAX_WORDS = 1000;

/** What SQL that is made at run time may change: whatever its text speaks of. */
export function unreadable(text: string, doubt: string, { range }: Pick<Statement, "range">): SchemaChange[] {
  const words = changingWords(text);
  if (!words) return [];
  const isAnything = CATALOGS.test(text);
  return [{ kind: "block", changes: [], doubt, words, ...(isAnything ? { isAnything } : {}), range }];
}

/** The words of a text that changes schemas; undefined for another. */
export function changingWords(text: string): string[] | undefined {
  return CHANGES.test(text) ? wordsOf(text) : undefined;
}

function wordsOf(text: string): string[] {
  return [...new Set(text.toLowerCase().match(/\w+/g))].slice(0, MAX_WORDS);
}

/** Where the names of all tables are. */
export const CATALOGS = /\binformation_schema\b|\bpg_(?:class|attribute|tables|indexes|constraint)\b/i;

/** A condition that asks PostgreSQL's own catalogs whether something is there. */
const EXISTENCE =
  /\bto_reg\w+\s*\(|\b(?:pg_catalog|information_schema|pg_(?:attribute|class|constraint|enum|extension|index|indexes|matviews|namespace|policies|proc|roles|tables|trigger|type|views))\b/i;

const CONDITIONAL = "a DO block changes it under a condition that is known only when it runs";

function returns({ then, otherwise }: Extract<PlStatement, { kind: "branch" }>): boolean {
  return [...then, ...otherwise].some(
    (statement) => statement.kind === "return" || (statement.kind === "branch" && returns(statement)),
  );
}

class BlockReader {
  readonly #statement: Statement;
  readonly #body: string;
  readonly #read: Read;
  readonly #variables: Variables = new Map();
  /** Where the search for the next embedded statement begins: they come in the order of the text. */
  #cursor = 0;

  constructor(statement: Statement, body: string, read: Read) {
    this.#statement = statement;
    this.#body = body;
    this.#read = read;
  }

  assign(name: string, expression: string): void {
    const value = constantText(expression, this.#variables);
    if (value === undefined) this.#variables.delete(name);
    else this.#variables.set(name, value);
  }

  readAll(statements: readonly PlStatement[]): SchemaChange[] {
    const changes: SchemaChange[] = [];
    for (const [i, statement] of statements.entries()) {
      if (statement.kind === "return") break;
      changes.push(...this.#one(statement));
      if (statement.kind !== "branch" || !returns(statement)) continue;
      // A branch that returns makes the rest the other branch.
      const rest = this.readAll(statements.slice(i + 1));
      return [...changes, ...this.#guarded(rest, statement.condition)];
    }
    return changes;
  }

  #one(statement: PlStatement): SchemaChange[] {
    switch (statement.kind) {
      case "sql":
        for (const name of statement.sets ?? []) this.#variables.delete(name);
        return this.#sql(statement.query);
      case "execute":
        return this.#execute(statement.expression);
      case "assign":
        this.assign(statement.variable, statement.expression);
        return [];
      case "branch":
        return this.#branch(statement);
      case "loop":
        return this.#loop(statement);
      case "block":
        return this.#block(statement);
      case "return":
        return [];
    }
  }

  #wrap(changes: SchemaChange[], more: Pick<Block, "guard" | "doubt">): SchemaChange[] {
    return changes.length > 0 ? [{ kind: "block", changes, ...more, range: this.#statement.range }] : [];
  }

  #branch({ condition, then, otherwise }: Extract<PlStatement, { kind: "branch" }>): SchemaChange[] {
    const before = new Map(this.#variables);
    const first = this.#guarded(this.readAll(then), condition);
    const between = new Map(this.#variables);
    this.#setVariables(before);
    const second = this.readAll(otherwise);
    for (const [name, value] of between)
      if (this.#variables.get(name) !== value) this.#variables.delete(name);
    for (const name of before.keys()) if (!between.has(name)) this.#variables.delete(name);
    // Where something is there already, the other branch is what brings it up to date.
    return [...first, ...this.#wrap(second, { guard: "condition", doubt: CONDITIONAL })];
  }

  #setVariables(variables: Variables): void {
    this.#variables.clear();
    for (const [name, value] of variables) this.#variables.set(name, value);
  }

  #guarded(changes: SchemaChange[], condition = ""): SchemaChange[] {
    const doubt = EXISTENCE.test(condition) ? {} : { doubt: CONDITIONAL };
    return this.#wrap(changes, { guard: "condition", ...doubt });
  }

  #loop({ body, variable, each }: Extract<PlStatement, { kind: "loop" }>): SchemaChange[] {
    const values = each === undefined ? undefined : constantTexts(each, this.#variables);
    if (values && variable !== undefined) {
      return values.flatMap((value) => {
        this.#variables.set(variable, value);
        return this.readAll(body);
      });
    }
    if (variable !== undefined) this.#variables.delete(variable);
    const doubt = "a DO block changes it in a loop over rows that are known only when it runs";
    return this.#wrap(this.readAll(body), { guard: "condition", doubt });
  }

  #block({ body, handlers }: Extract<PlStatement, { kind: "block" }>): SchemaChange[] {
    const changes = this.readAll(body);
    if (!handlers) return changes;
    const handled = this.readAll(handlers);
    const doubt = "a DO block changes it after an error that is known only when it runs";
    return [
      ...this.#wrap(changes, { guard: "exception" }),
      ...this.#wrap(handled, { guard: "condition", doubt }),
    ];
  }

  /** A statement that stands in the body as it is. */
  #sql(query: string): SchemaChange[] {
    const at = this.#find(query);
    const changes = statementsOf(query)
      .flatMap((statement) => this.#read(at === undefined ? statement : moved(statement, at)))
      .map((change) => (change.kind === "call" ? this.#called(change) : change));
    return at === undefined ? changes.map((change) => placed(change, this.#statement.range)) : changes;
  }

  /** What is handed over may be in a variable. */
  #called(call: SchemaChange & { kind: "call" }): SchemaChange {
    const isAnything = CATALOGS.test(this.#body);
    return { ...call, words: [...call.words, ...wordsOf(this.#body)], ...(isAnything && { isAnything }) };
  }

  #find(query: string): number | undefined {
    const { text, range } = this.#statement;
    const start = text.indexOf(this.#body);
    if (start < 0) return undefined;
    let at = this.#body.indexOf(query, this.#cursor);
    if (at < 0) at = this.#body.indexOf(query);
    if (at < 0) return undefined;
    this.#cursor = at + query.length;
    return range[0] + start + at;
  }

  #execute(expression: string): SchemaChange[] {
    const text = constantText(expression, this.#variables);
    if (text === undefined) {
      // Words in the expression tell what the statement is; what a variable holds is made elsewhere in the body.
      const isHarmless = expression.includes("'") && !CHANGES.test(expression);
      const doubt = "a DO block changes it by SQL made at run time";
      return isHarmless ? [] : unreadable(this.#body, doubt, this.#statement);
    }
    return statementsOf(text)
      .flatMap((statement) => this.#read(statement))
      .map((change) => placed(change, this.#statement.range));
  }
}

function statementsOf(text: string): Statement[] {
  return parseSql(text).body.filter((statement): statement is Statement => statement.type === "Statement");
}

/** The statement as one of a text in which it stands `by` further on. */
function moved(statement: Statement, by: number): Statement {
  const { range } = statement;
  return {
    type: "Statement",
    text: statement.text,
    kind: statement.kind,
    range: [range[0] + by, range[1] + by],
    get tree(): Node {
      return statement.tree;
    },
    offsetOf: (location) => statement.offsetOf(location) + by,
  };
}

/** The change with every range in it replaced: its text stands nowhere as it is. */
function placed<T>(value: T, range: Statement["range"]): T {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => placed(item, range)) as T;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]: [string, unknown]) => [
      key,
      key === "range" || key === "typeRange" ? range : placed(field, range),
    ]),
  ) as T;
}
