import { parseSql } from "../../src/language/parse.js";
import type { Catalog, Column, Table } from "../../src/model/catalog.js";
import { changesOf } from "../../src/model/changes/index.js";
import { uses } from "../../src/model/replay/expressions.js";
import { replay } from "../../src/model/replay/index.js";
import { formatType } from "../../src/model/types.js";
import { random } from "../scripts.js";

/**
 * A sequence of DDL statements drawn with a seed. What they name is mostly there, by our own replay of those before,
 * and now and then is not: PostgreSQL then refuses the statement, and so must we.
 */
export function generateDdl(seed: number): string[] {
  const generator = new DdlGenerator(seed);
  generator.statements.push("CREATE SCHEMA s1", "CREATE SCHEMA s2");
  const length = 8 + generator.below(24);
  while (generator.statements.length < length) generator.step();
  return generator.finish();
}

const TYPES = [
  "int",
  "bigint",
  "smallint",
  "text",
  "varchar(30)",
  "char(3)",
  "numeric(8,2)",
  "numeric",
  "jsonb",
  "json",
  "text[]",
  "int[]",
  "jsonb[]",
  "timestamptz",
  "timestamp(3)",
  "date",
  "boolean",
  "uuid",
  "double precision",
  "real",
  "inet",
  "tsvector",
  "point",
  "int4range",
  "bytea",
  "interval day to second(3)",
  '"char"',
];
const METHODS = ["btree", "btree", "btree", "gin", "gin", "gist", "hash", "brin", "spgist"];
const NAMES = ["a", "b", "c", "d", "data", "name", "Mixed", "order", "tags"];

class DdlGenerator {
  readonly statements: string[] = [];
  #next: () => number;
  #counter = 0;
  #inTransaction = false;
  #catalog: Catalog = replay([]);

  constructor(seed: number) {
    this.#next = random(seed);
  }

  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  step(): void {
    const make = this.pick(this.#makers);
    const statement = make();
    if (statement === undefined) return;
    this.statements.push(statement);
    const text = this.statements.join(";\n");
    this.#catalog = replay([{ path: "x.sql", changes: changesOf(parseSql(text), "x.sql") }]);
  }

  finish(): string[] {
    if (this.#inTransaction) this.statements.push(this.chance(0.5) ? "COMMIT" : "ROLLBACK");
    return this.statements;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }

  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  some<T>(from: readonly T[], most: number): T[] {
    const rest = [...from];
    const chosen: T[] = [];
    for (let left = 1 + this.below(most); left > 0 && rest.length > 0; left--)
      chosen.push(...rest.splice(this.below(rest.length), 1));
    return chosen;
  }

  // ── What is there ──

  get tables(): Table[] {
    return [...this.#catalog.tables.values()].filter(({ isAssumed }) => !isAssumed);
  }

  table(filter: (table: Table) => boolean = () => true): Table | undefined {
    const tables = this.tables.filter(filter);
    return tables.length > 0 ? this.pick(tables) : undefined;
  }

  ref({ schema, name }: { schema: string; name: string }): string {
    return schema === "public" && this.chance(0.7) ? q(name) : `${q(schema)}.${q(name)}`;
  }

  column(table: Table): Column | undefined {
    const columns = [...table.columns.values()];
    return columns.length > 0 ? this.pick(columns) : undefined;
  }

  fresh(prefix: string): string {
    return `${prefix}${++this.#counter}`;
  }

  type(): string {
    const own = [...this.#catalog.types.values()].filter(({ kind }) => kind !== "composite");
    return own.length > 0 && this.chance(0.15) ? this.ref(this.pick(own)) : this.pick(TYPES);
  }

  schema(): string {
    return this.chance(0.8) ? "" : `${this.pick(["s1", "s2"])}.`;
  }

  // ── Parts ──

  columnDefinition(name: string): string {
    const type = this.type();
    const parts = [`${q(name)} ${type}`];
    const serial = this.chance(0.08);
    if (serial) parts[0] = `${q(name)} ${this.pick(["serial", "bigserial", "smallserial"])}`;
    else if (/^(?:int|bigint|smallint)$/.test(type) && this.chance(0.1))
      parts.push(`GENERATED ${this.pick(["ALWAYS", "BY DEFAULT"])} AS IDENTITY`);
    else if (TYPES.includes(type) && this.chance(0.3)) parts.push(`DEFAULT ${this.defaultOf(type)}`);
    if (this.chance(0.3)) parts.push("NOT NULL");
    if (this.chance(0.08)) parts.push("UNIQUE");
    if (this.chance(0.05)) parts.push("PRIMARY KEY");
    if (this.chance(0.08)) parts.push(`CHECK (${q(name)} IS NOT NULL)`);
    if (this.chance(0.06)) {
      // PostgreSQL cannot add a column that leads into the tree it is added to: the tables are in use.
      const target = this.table((table) => hasKey(table) && !table.isPartition);
      if (target) parts.push(`REFERENCES ${this.ref(target)}`);
    }
    return parts.join(" ");
  }

  defaultOf(type: string): string {
    if (type.endsWith("[]")) return "'{}'";
    if (/^(?:int|bigint|smallint|numeric\b.*|real|double precision)$/.test(type))
      return this.pick(["0", "1", "'5'"]);
    if (type.startsWith("json")) return this.pick(["'{}'", `'{}'::${type}`, "'[]'"]);
    if (/text|varchar|char/.test(type)) return this.pick(["''", "'x'", "'y'::text"]);
    if (type === "boolean") return this.pick(["true", "false"]);
    if (type.includes("timestamp")) return "now()";
    if (type === "date") return "CURRENT_DATE";
    return "NULL";
  }

  key(table: Table): string | undefined {
    const column = this.column(table);
    if (!column) return undefined;
    const name = q(column.name);
    const type = formatType(column.type);
    const forms = [name];
    if (type === "jsonb" || type === "json") {
      forms.push(
        `(${name} -> 'k')`,
        `(${name} ->> 'k')`,
        `(${name} #>> '{a,b}')`,
        `((${name} ->> 'n')::numeric)`,
      );
      forms.push(`(${name} -> 'a' -> 'b')`, `((${name}::jsonb))`);
    } else if (type === "text" || type.startsWith("character varying")) {
      forms.push(`lower(${name})`, `(${name} || 'x')`, `upper(${name})`, `((${name})::text)`);
    } else if (/^(?:integer|bigint)$/.test(type)) forms.push(`(${name} + 1)`, `(-${name})`);
    return this.chance(0.5) ? name : this.pick(forms);
  }

  indexKeys(table: Table, method: string): string | undefined {
    const many = method === "btree" || method === "brin" || method === "gin" ? 3 : 1;
    const keys: string[] = [];
    for (let left = 1 + this.below(many); left > 0; left--) {
      let key = this.key(table);
      if (key === undefined) return undefined;
      if (this.chance(0.08))
        key += ` ${this.pick(["jsonb_path_ops", "text_pattern_ops", "jsonb_ops", "varchar_ops", "int4_ops", "array_ops"])}`;
      if (method === "btree" && this.chance(0.2))
        key += this.pick([" DESC", " ASC", " DESC NULLS LAST", " NULLS FIRST"]);
      keys.push(key);
    }
    return keys.join(", ");
  }

  predicate(table: Table): string | undefined {
    const column = this.column(table);
    if (!column) return undefined;
    const name = q(column.name);
    const type = formatType(column.type);
    const forms = [`${name} IS NOT NULL`, `${name} IS NULL`];
    if (/^(?:integer|bigint|smallint)$/.test(type))
      forms.push(`${name} > 5`, `${name} IN (1, 2)`, `${name} = 1 AND ${name} <> 3`);
    if (type === "boolean") forms.push(name, `NOT ${name}`);
    if (type === "text") forms.push(`${name} = 'x'`, `${name} <> ''`, `${name} IN ('a', 'b')`);
    if (type === "jsonb") forms.push(`${name} ? 'k'`, `(${name} ->> 'k') = 'v'`);
    return this.pick(forms);
  }

  columnList(table: Table, most = 2): string[] {
    return this.some([...table.columns.values()], most).map(({ name }) => q(name));
  }

  constraint(table: Table): string | undefined {
    const name = this.chance(0.5) ? `CONSTRAINT ${q(this.fresh("con"))} ` : "";
    const columns = this.columnList(table).join(", ");
    if (columns === "") return undefined;
    switch (this.below(6)) {
      case 0:
        return `${name}UNIQUE (${columns})`;
      case 1:
        return `${name}PRIMARY KEY (${columns})`;
      case 2:
      case 3: {
        const predicate = this.predicate(table);
        return predicate && `${name}CHECK (${predicate})${this.chance(0.2) ? " NOT VALID" : ""}`;
      }
      case 4: {
        const target = this.table(hasKey);
        if (!target) return undefined;
        const key = [...target.constraints.values()].find(
          ({ kind }) => kind === "primary key" || kind === "unique",
        )!;
        const own = [...table.columns.values()].filter(
          (column) =>
            formatType(column.type) ===
            formatType(target.columns.get(key.columns[0] ?? "")?.type ?? column.type),
        );
        if (key.columns.length !== 1 || own.length === 0) return undefined;
        const named = key.kind === "primary key" && this.chance(0.5) ? "" : ` (${q(key.columns[0]!)})`;
        return `${name}FOREIGN KEY (${q(this.pick(own).name)}) REFERENCES ${this.ref(target)}${named}${this.chance(0.2) ? " NOT VALID" : ""}`;
      }
      default: {
        const ranges = [...table.columns.values()].filter(({ type }) => type.name === "int4range");
        if (ranges.length === 0) return undefined;
        return `${name}EXCLUDE USING gist (${q(this.pick(ranges).name)} WITH &&)`;
      }
    }
  }

  alter(make: (table: Table) => string | undefined, filter?: (table: Table) => boolean): string | undefined {
    const table = this.table(filter);
    const action = table && make(table);
    return action && `ALTER TABLE ${this.chance(0.1) ? "IF EXISTS " : ""}${this.ref(table)} ${action}`;
  }

  // ── Statements ──

  #createTable = (): string => {
    const kind = this.pick(["", "", "", "", "UNLOGGED ", "TEMP "]);
    const name = (kind === "TEMP " ? "" : this.schema()) + this.fresh("t");
    const columns = this.some(NAMES, 5).map((column) => this.columnDefinition(column));
    const existing = this.table();
    if (existing && this.chance(0.12)) {
      const options = this.pick([
        "",
        " INCLUDING ALL",
        " INCLUDING INDEXES",
        " INCLUDING ALL EXCLUDING INDEXES",
        " INCLUDING DEFAULTS INCLUDING CONSTRAINTS",
      ]);
      return `CREATE ${kind}TABLE ${name} (LIKE ${this.ref(existing)}${options}${this.chance(0.3) ? ", extra int" : ""})`;
    }
    const plain = this.table(({ kind: other, isPartition }) => other === "table" && !isPartition);
    const inherits = plain && kind === "" && this.chance(0.12) ? ` INHERITS (${this.#parents(plain)})` : "";
    const again = existing && this.chance(0.05);
    return `CREATE ${kind}TABLE ${again ? `IF NOT EXISTS ${this.ref(existing)}` : name} (${columns.join(", ")})${inherits}`;
  };

  /** One table, or two, of which the second may inherit from the first. */
  #parents(first: Table): string {
    const second = this.table(({ kind, isPartition }) => kind === "table" && !isPartition);
    const isSecond = second !== undefined && second !== first && this.chance(0.3);
    return isSecond ? `${this.ref(first)}, ${this.ref(second)}` : this.ref(first);
  }

  #createPartitioned = (): string => {
    const strategy = this.pick(["RANGE", "LIST", "HASH"]);
    const columns = this.some(NAMES, 3).map((column) => this.columnDefinition(column));
    const key = this.chance(0.2) ? ", PRIMARY KEY (k)" : "";
    return `CREATE TABLE ${this.fresh("p")} (k int${this.chance(0.5) ? " NOT NULL" : ""}, ${columns.join(", ")}${key}) PARTITION BY ${strategy} (k)`;
  };

  bound(parent: Table): string {
    const n = ++this.#counter;
    if (parent.partitionKey?.strategy === "hash")
      return `FOR VALUES WITH (MODULUS 997, REMAINDER ${n % 997})`;
    if (parent.partitionKey?.strategy === "list") return `FOR VALUES IN (${n})`;
    return `FOR VALUES FROM (${n * 10}) TO (${n * 10 + 10})`;
  }

  #createPartition = (): string | undefined => {
    const parent = this.table(isPartitioned);
    if (!parent) return undefined;
    const by = this.chance(0.2) ? " PARTITION BY LIST (k)" : "";
    return `CREATE TABLE ${this.fresh("part")} PARTITION OF ${this.ref(parent)} ${this.bound(parent)}${by}`;
  };

  #attach = (): string | undefined => {
    const parent = this.table(isPartitioned);
    if (!parent) return undefined;
    const child = this.table(
      (table) => table.kind === "table" && !table.isPartition && table.columns.has("k") && table !== parent,
    );
    return (
      child && `ALTER TABLE ${this.ref(parent)} ATTACH PARTITION ${this.ref(child)} ${this.bound(parent)}`
    );
  };

  #likePartitioned = (): string | undefined => {
    const parent = this.table(isPartitioned);
    return (
      parent &&
      `CREATE TABLE ${this.fresh("t")} (LIKE ${this.ref(parent)}${this.pick(["", " INCLUDING ALL", " INCLUDING INDEXES"])})`
    );
  };

  #detach = (): string | undefined => {
    const child = this.table(({ isPartition }) => isPartition);
    const parent = child && this.#catalog.tables.get(child.parents[0] ?? "");
    return parent && `ALTER TABLE ${this.ref(parent)} DETACH PARTITION ${this.ref(child)}`;
  };

  #createIndex = (): string | undefined => {
    const table = this.table();
    const method = this.pick(METHODS);
    const keys = table && this.indexKeys(table, method);
    if (!table || keys === undefined) return undefined;
    const predicate = this.chance(0.2) ? this.predicate(table) : undefined;
    const include =
      method === "btree" && this.chance(0.1) ? ` INCLUDE (${this.columnList(table, 1).join(", ")})` : "";
    const name = this.chance(0.5) ? `${this.chance(0.1) ? "IF NOT EXISTS " : ""}${this.fresh("i")} ` : "";
    const only = table.kind === "partitioned" && this.chance(0.3) ? "ONLY " : "";
    const unique = this.chance(0.12) ? "UNIQUE " : "";
    return `CREATE ${unique}INDEX ${name}ON ${only}${this.ref(table)} ${method === "btree" && this.chance(0.5) ? "" : `USING ${method} `}(${keys})${include}${predicate ? ` WHERE ${predicate}` : ""}`;
  };

  #attachIndex = (): string | undefined => {
    const indexes = [...this.#catalog.indexes.values()];
    const parents = indexes.filter(({ table }) => this.#catalog.tables.get(table)?.kind === "partitioned");
    if (parents.length === 0) return undefined;
    const parent = this.pick(parents);
    const children = indexes.filter(({ table }) =>
      this.#catalog.tables.get(table)?.parents.includes(parent.table),
    );
    return children.length === 0
      ? undefined
      : `ALTER INDEX ${this.ref(parent)} ATTACH PARTITION ${this.ref(this.pick(children))}`;
  };

  #onIndex = (make: (name: string) => string): string | undefined => {
    const indexes = [...this.#catalog.indexes.values()];
    return indexes.length === 0 ? undefined : make(this.ref(this.pick(indexes)));
  };

  #view = (): string | undefined => {
    const table = this.table();
    const columns = table && this.columnList(table, 3);
    if (!table || !columns || columns.length === 0) return undefined;
    const kind = this.pick(["VIEW", "VIEW", "MATERIALIZED VIEW"]);
    const list = this.chance(0.3) ? "*" : columns.join(", ");
    const replace = kind === "VIEW" && this.chance(0.2) ? "OR REPLACE " : "";
    const views = [...this.#catalog.views.values()];
    const name = replace !== "" && views.length > 0 ? this.ref(this.pick(views)) : this.fresh("v");
    return `CREATE ${replace}${kind} ${name} AS SELECT ${list} FROM ${this.ref(table)}${this.chance(0.3) ? ` AS x WHERE x.${columns[0]} IS NOT NULL` : ""}`;
  };

  #dropSome = (): string | undefined => {
    const cascade = this.chance(0.35) ? " CASCADE" : "";
    const catalog = this.#catalog;
    const pools: [string, readonly { schema: string; name: string }[]][] = [
      ["TABLE", this.tables],
      ["VIEW", [...catalog.views.values()].filter(({ isMaterialized }) => !isMaterialized)],
      ["MATERIALIZED VIEW", [...catalog.views.values()].filter(({ isMaterialized }) => isMaterialized)],
      ["TYPE", [...catalog.types.values()]],
      ["INDEX", [...catalog.indexes.values()]],
    ];
    const [kind, pool] = this.pick(pools);
    if (pool.length === 0) return undefined;
    const names = this.some(pool, 2).map((each) => this.ref(each));
    return `DROP ${kind} ${this.chance(0.3) ? "IF EXISTS " : ""}${names.join(", ")}${cascade}`;
  };

  #makers: (() => string | undefined)[] = [
    ...Array.from({ length: 8 }, () => this.#createTable),
    this.#createPartitioned,
    this.#createPartitioned,
    ...Array.from({ length: 4 }, () => this.#createPartition),
    this.#attach,
    this.#attach,
    this.#likePartitioned,
    this.#detach,
    ...Array.from({ length: 10 }, () => this.#createIndex),
    this.#attachIndex,
    this.#attachIndex,
    () => this.#onIndex((name) => `ALTER INDEX ${name} RENAME TO ${this.fresh("ri")}`),
    () => this.#onIndex((name) => `DROP INDEX ${name}${this.chance(0.2) ? " CASCADE" : ""}`),
    this.#view,
    this.#view,
    this.#dropSome,
    this.#dropSome,
    this.#dropSome,
    () =>
      this.alter(
        () =>
          `ADD COLUMN ${this.chance(0.2) ? "IF NOT EXISTS " : ""}${this.columnDefinition(this.pick(NAMES))}`,
      ),
    () =>
      this.alter(
        () =>
          `ADD COLUMN ${this.columnDefinition(this.fresh("x"))}, ADD ${this.columnDefinition(this.fresh("x"))}`,
      ),
    () =>
      this.alter((table) =>
        this.#column(table, (name) => `DROP COLUMN ${name}${this.chance(0.3) ? " CASCADE" : ""}`),
      ),
    () => this.alter((table) => this.#column(table, (name) => `DROP COLUMN IF EXISTS ${name}`)),
    () => this.alter(this.#retype),
    () => this.alter(this.#retype),
    () => this.alter(this.#retype),
    () => this.alter((table) => this.#column(table, (name) => `ALTER COLUMN ${name} SET NOT NULL`)),
    () =>
      this.alter((table) => this.#column(table, (name) => `ALTER COLUMN ${name} DROP NOT NULL`), hasNoFamily),
    () => this.alter((table) => this.#column(table, (name) => `ALTER COLUMN ${name} DROP DEFAULT`)),
    () => this.alter(this.#setDefault),
    () => this.alter((table) => prefixed("ADD ", this.constraint(table))),
    () => this.alter((table) => prefixed("ADD ", this.constraint(table))),
    () => this.alter((table) => prefixed("ADD ", this.constraint(table))),
    () =>
      this.alter((table) =>
        this.#constraintName(table, (name) => `DROP CONSTRAINT ${name}${this.chance(0.3) ? " CASCADE" : ""}`),
      ),
    () =>
      this.alter((table) =>
        this.#constraintName(table, (name) => `RENAME CONSTRAINT ${name} TO ${this.fresh("rc")}`),
      ),
    () => this.alter((table) => this.#constraintName(table, (name) => `VALIDATE CONSTRAINT ${name}`)),
    () =>
      this.alter((table) =>
        this.#column(
          table,
          (name) => `RENAME COLUMN ${name} TO ${q(this.chance(0.3) ? this.pick(NAMES) : this.fresh("r"))}`,
        ),
      ),
    () =>
      this.alter((table) => this.#column(table, (name) => `RENAME COLUMN ${name} TO ${q(this.fresh("r"))}`)),
    () =>
      this.alter(() => `RENAME TO ${this.chance(0.2) ? q(this.pick(["t1", "t2", "p3"])) : this.fresh("rt")}`),
    () => this.alter(() => `SET SCHEMA ${this.pick(["s1", "s2", "public"])}`),
    () => this.alter((table) => this.#parent(table, "INHERIT")),
    () =>
      this.alter((table) =>
        table.parents[0] ? `NO INHERIT ${table.parents[0].split(".").map(q).join(".")}` : undefined,
      ),
    () =>
      this.alter(
        () => this.pick(["SET LOGGED", "SET UNLOGGED"]),
        ({ kind }) => kind === "table",
      ),
    () => this.alter((table) => this.#addUsingIndex(table)),
    () => `CREATE TYPE ${this.schema()}${this.fresh("e")} AS ENUM ('a', 'b')`,
    () =>
      `CREATE DOMAIN ${this.fresh("dom")} AS ${this.pick(["int", "text", "jsonb"])}${this.chance(0.3) ? " CHECK (VALUE IS NOT NULL)" : ""}`,
    () => `CREATE SCHEMA ${this.chance(0.5) ? "IF NOT EXISTS " : ""}${this.pick(["s1", "s2"])}`,
    () => `CREATE SCHEMA IF NOT EXISTS ${this.pick(["s1", "s2"])}`,
    () =>
      this.chance(0.3)
        ? `DROP SCHEMA ${this.pick(["s1", "s2"])}${this.chance(0.6) ? " CASCADE" : ""}`
        : undefined,
    () => this.#transaction(),
    () => this.#transaction(),
    () => `SET search_path TO ${this.pick(["public", "s1, public", "s2, s1, public", "public, s1"])}`,
    () => this.#createTableAs(),
    () => this.#block(),
    () => prefixed("CREATE SEQUENCE ", this.fresh("seq")),
  ];

  #column(table: Table, make: (name: string) => string): string | undefined {
    const column = this.column(table);
    return column && make(q(this.chance(0.04) ? "nowhere" : column.name));
  }

  #retype = (table: Table): string | undefined => {
    const column = this.column(table);
    if (!column || this.#isInExpression(table, column.name)) return undefined;
    const type = this.type();
    const name = q(column.name);
    // Whether an explicit cast exists is PostgreSQL's to know; text stands between any two.
    const using = this.chance(0.7) ? ` USING ${name}::text::${type}` : "";
    return `ALTER COLUMN ${name} TYPE ${type}${using}`;
  };

  /** Whether its operators and functions take another type is PostgreSQL's to know. */
  #isInExpression(table: Table, name: string): boolean {
    const family = new Set(this.#familyOf(table));
    const indexes = [...this.#catalog.indexes.values()].filter((index) => family.has(index.table));
    const expressions = [
      ...indexes.flatMap(({ keys, predicate }) => [
        ...keys.map(({ expression }) => expression).filter(({ kind }) => kind !== "column"),
        ...(predicate ? [predicate] : []),
      ]),
      ...[...table.constraints.values()].flatMap(({ expression }) => expression ?? []),
    ];
    return expressions.some((expression) => uses(expression, name));
  }

  #familyOf({ schema, name }: Table): string[] {
    const key = `${schema}.${name}`;
    const children = this.tables.filter(({ parents }) => parents.includes(key));
    return [key, ...children.flatMap((child) => this.#familyOf(child))];
  }

  #setDefault = (table: Table): string | undefined => {
    const column = this.column(table);
    if (!column || column.type.schema !== undefined) return undefined;
    const type = formatType(column.type);
    return `ALTER COLUMN ${q(column.name)} SET DEFAULT ${this.defaultOf(type === "integer" ? "int" : type.replace("character", "char"))}`;
  };

  #constraintName(table: Table, make: (name: string) => string): string | undefined {
    const names = [...table.constraints.keys()];
    return names.length === 0 ? undefined : make(q(this.pick(names)));
  }

  #parent(table: Table, word: string): string | undefined {
    const parent = this.table((other) => other !== table && other.kind === "table");
    return parent && `${word} ${this.ref(parent)}`;
  }

  #addUsingIndex(table: Table): string | undefined {
    const own = [...this.#catalog.indexes.values()].filter(
      (index) => index.table === `${table.schema}.${table.name}` && index.isUnique,
    );
    if (own.length === 0) return undefined;
    const kind = this.pick(["UNIQUE", "PRIMARY KEY"]);
    return `ADD ${this.chance(0.5) ? `CONSTRAINT ${this.fresh("uc")} ` : ""}${kind} USING INDEX ${q(this.pick(own).name)}`;
  }

  #transaction(): string | undefined {
    if (!this.#inTransaction) {
      this.#inTransaction = true;
      return "BEGIN";
    }
    const what = this.pick(["COMMIT", "ROLLBACK", "SAVEPOINT s", "ROLLBACK TO s", "RELEASE s"]);
    if (what === "COMMIT" || what === "ROLLBACK") this.#inTransaction = false;
    return what;
  }

  #createTableAs(): string | undefined {
    const table = this.table();
    const columns = table && this.columnList(table, 3);
    if (!table || !columns || columns.length === 0) return undefined;
    const list = this.pick([
      "*",
      columns.join(", "),
      `${columns.join(", ")}, 1 AS one, 'x' AS word, now() IS NULL AS flag`,
    ]);
    return `CREATE TABLE ${this.fresh("ct")} AS SELECT ${list} FROM ${this.ref(table)}`;
  }

  #block(): string | undefined {
    const inner = this.pick([this.#createTable, this.#createIndex, this.#dropSome])();
    if (inner === undefined) return undefined;
    return this.pick([
      `DO $$ BEGIN ${inner}; EXCEPTION WHEN others THEN NULL; END $$`,
      `DO $$ BEGIN ${inner}; END $$`,
      `DO $$ BEGIN EXECUTE ${literal(inner)}; END $$`,
      `DO $$ BEGIN EXECUTE format('%s', ${literal(inner)}); EXCEPTION WHEN duplicate_table OR dependent_objects_still_exist THEN RAISE; END $$`,
    ]);
  }
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function prefixed(prefix: string, text: string | undefined): string | undefined {
  return text && prefix + text;
}

function q(name: string): string {
  return /^[a-z][a-z0-9_]*$/.test(name) && name !== "order" ? name : `"${name}"`;
}

function isPartitioned({ kind }: Table): boolean {
  return kind === "partitioned";
}

function hasKey({ constraints }: Table): boolean {
  return [...constraints.values()].some(({ kind }) => kind === "primary key" || kind === "unique");
}

/** DROP NOT NULL in an inheritance tree differs between PostgreSQL 15 and 18. */
function hasNoFamily({ kind, parents }: Table): boolean {
  return kind === "table" && parents.length === 0;
}
