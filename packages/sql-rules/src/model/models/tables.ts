import type { Place } from "../catalog.js";
import type { ChangeOf } from "../changes.js";
import type { Listed } from "../replayed.js";
import type { ModelClass, ModelColumn } from "./facts.js";
import { Modules, typeNamed, type Module } from "./modules.js";

/** A table as the models of an application declare it, with what its mixins and abstract bases bring. */
export interface DeclaredTable {
  name: string;
  /** Absent where it is the default one, or is known only at run time. */
  schema?: string;
  /** Relative path of the module. */
  file: string;
  /** Of the table's name, or of the class's where it follows from that. */
  place: Place;
  columns: readonly DeclaredColumn[];
  indexes: readonly { change: ChangeOf<"create index">; place: Place }[];
  /** What it descends from: tables of one root have their metadata in common. */
  root: string;
  /** Why it may be another table, or look otherwise. */
  doubt?: string;
  /** A file that may have the mapper make it where it is missing. */
  madeBy?: string;
}

export interface DeclaredColumn {
  name: string;
  place: Place;
  /** As PostgreSQL has it; absent where it is not known. */
  type?: string;
  typePlace?: Place;
}

/** Direct bases that make a class the root of a hierarchy. */
const ROOT = /(?:^|\.)(?:DeclarativeBase|DeclarativeBaseNoMeta|declarative_base|automap_base|SQLAlchemy)$/;
const SQLMODEL = /(?:^|\.)SQLModel$/;
const MAX_LINEAGE = 50;

/** A class in its module. */
interface Declared {
  module: Module;
  of: ModelClass;
}

/**
 * The tables that the models of a repository declare.
 *
 * @param files - tests left out
 * @param aliases - `settings.typeAliases`, by full name or by its last part
 */
export function declaredTables(
  files: readonly Listed[],
  aliases: Readonly<Record<string, string>>,
): DeclaredTable[] {
  const reading = new Reading(new Modules(files), aliases);
  const tables = reading.tables();
  const maker = files.find(({ facts }) => facts.createsTables)?.path;
  const counts = new Map<string, number>();
  const keyOf = ({ schema, name }: DeclaredTable) => `${schema ?? ""}.${name}`;
  for (const table of tables) counts.set(keyOf(table), (counts.get(keyOf(table)) ?? 0) + 1);
  return tables.map((table) => {
    const count = counts.get(keyOf(table)) ?? 1;
    return {
      ...table,
      ...(maker === undefined ? {} : { madeBy: maker }),
      ...(count > 1 ? { doubt: `${count} models declare a table of this name` } : {}),
    };
  });
}

class Reading {
  readonly #modules: Modules;
  readonly #aliases: Readonly<Record<string, string>>;

  constructor(modules: Modules, aliases: Readonly<Record<string, string>>) {
    this.#modules = modules;
    this.#aliases = aliases;
  }

  tables(): DeclaredTable[] {
    return this.#modules.all.flatMap((module) =>
      module.models.classes.flatMap((of) => this.#table({ module, of }) ?? []),
    );
  }

  #table(own: Declared): DeclaredTable | undefined {
    const { lineage, outside } = this.#lineage(own);
    const name = tableName(own, lineage, outside);
    if (name === undefined) return undefined;
    const { module, of } = own;
    const place = (range: readonly [number, number], { path }: Module = module): Place => ({
      path,
      range: [range[0], range[1]],
    });
    const isMapped = (one: Declared): boolean => {
      const above = this.#lineage(one);
      return one !== own && tableName(one, above.lineage, above.outside) !== undefined;
    };
    // Another table's columns stay in that table, those that it has of mixins among them.
    const mapped = lineage.filter(isMapped);
    const sources = lineage.filter((one) => !mapped.includes(one));
    const theirs = mapped.flatMap((one) => this.#lineage(one).lineage).flatMap(attributesOf);
    const schema = sources.find((one) => one.of.schema !== undefined)?.of.schema;
    const ofMetadata = sources.find((one) => one.of.metadataSchema !== undefined)?.of.metadataSchema;
    const known = schema === undefined ? ofMetadata : schema;
    const annotations = Object.assign({}, ...lineage.toReversed().map((one) => named(one))) as Annotations;
    return {
      name,
      ...(known === undefined || known === null ? {} : { schema: known }),
      file: module.file,
      place: place(of.table && "range" in of.table ? of.table.range : of.range),
      columns: columnsIn(sources, new Set(theirs), of.isSqlModelTable === true).flatMap(
        ({ of: column, module: from }) => {
          if (column.name === undefined) return [];
          const type = this.#typeOf(column, from, annotations);
          return [
            {
              name: column.name,
              place: place(column.range, from),
              ...(type === undefined
                ? {}
                : { type, typePlace: place(column.typeRange ?? column.range, from) }),
            },
          ];
        },
      ),
      indexes: sources.flatMap((one) =>
        one.of.indexes.map((change) => ({ change, place: place(change.range, one.module) })),
      ),
      root: rootOf(own, lineage, outside),
    };
  }

  /** A class and all that it descends from, the nearest first, and the names of bases that are not in the repository. */
  #lineage(own: Declared): { lineage: Declared[]; outside: string[] } {
    const lineage: Declared[] = [];
    const outside: string[] = [];
    const pending = [own];
    for (let next = pending.shift(); next && lineage.length < MAX_LINEAGE; next = pending.shift()) {
      const { module, of } = next;
      if (lineage.some((one) => one.of === of)) continue;
      lineage.push(next);
      const bases = of.bases.flatMap((base): Declared[] => {
        const found = this.#modules.find(module, base, (one, name) => classIn(one, name) !== undefined);
        if (!found) outside.push(base);
        return found ? [{ module: found.module, of: classIn(found.module, found.name)! }] : [];
      });
      pending.unshift(...bases);
    }
    return { lineage, outside };
  }

  #typeOf({ type, annotation }: ModelColumn, from: Module, annotations: Annotations): string | undefined {
    if (type !== undefined) return typeNamed(this.#modules, type, from, this.#aliases);
    const found = annotation === undefined ? undefined : annotations[annotation];
    return found && typeNamed(this.#modules, found.type, found.module, this.#aliases);
  }
}

type Annotations = Record<string, { type: string; module: Module }>;

function named({ module, of }: Declared): Annotations {
  return Object.fromEntries(
    Object.entries(of.annotations ?? {}).map(([key, type]) => [key, { type, module }]),
  );
}

function classIn({ models }: Module, name: string): ModelClass | undefined {
  return models.classes.find((one) => one.name === name);
}

/** The name of the table that a class maps; none for a mixin, an abstract class, a root, and where it is not known. */
function tableName(
  { of }: Declared,
  lineage: readonly Declared[],
  outside: readonly string[],
): string | undefined {
  if (of.isAbstract || of.isTableUnknown) return undefined;
  if (of.bases.some((base) => ROOT.test(base))) return undefined;
  const isSqlModel = of.isSqlModelTable === true || outside.some((base) => SQLMODEL.test(base));
  if (isSqlModel && !of.isSqlModelTable) return undefined;
  if (of.table && "name" in of.table) return of.table.name;
  if (of.bases.length === 0) return undefined;
  const above = lineage.slice(1).find((one) => one.of.table !== undefined || one.of.isTableUnknown);
  const naming = of.table ?? above?.of.table;
  if (above?.of.isTableUnknown && !of.table) return undefined;
  // One table for a whole hierarchy.
  if (naming && "name" in naming) return undefined;
  if (naming) return `${of.name.toLowerCase()}${naming.suffix}`;
  return isSqlModel ? of.name.toLowerCase() : undefined;
}

const attributesOf = ({ of: { columns, others } }: Declared): string[] => [
  ...columns.map(({ attribute }) => attribute),
  ...others,
];

/**
 * The columns of a class with those of its bases that it does not replace.
 *
 * @param lineage - the class first
 * @param theirs - attributes of other tables that it descends from
 */
function columnsIn(
  [own, ...bases]: readonly Declared[],
  theirs: ReadonlySet<string>,
  isSqlModel: boolean,
): { of: ModelColumn; module: Module }[] {
  if (!own) return [];
  const seen = new Set(theirs);
  const columnsOf = ({ of: { columns }, module }: Declared) =>
    columns.filter(({ isField }) => !isField || isSqlModel).map((of) => ({ of, module }));
  for (const attribute of attributesOf(own)) seen.add(attribute);
  const inherited = bases.flatMap((one) => {
    const found = columnsOf(one).filter(({ of }) => !seen.has(of.attribute));
    for (const attribute of attributesOf(one)) seen.add(attribute);
    return found;
  });
  return [...columnsOf(own), ...inherited];
}

function rootOf({ module }: Declared, lineage: readonly Declared[], outside: readonly string[]): string {
  const root = lineage.find(({ of }) => of.bases.some((base) => ROOT.test(base)));
  if (root) return `${root.module.file} ${root.of.name}`;
  // Of what is declared elsewhere, or of a table without a class, only the file tells.
  return outside[0] ?? lineage.at(-1)?.of.bases[0] ?? module.file;
}
