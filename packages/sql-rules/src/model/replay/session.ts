import type { CatalogProblem, DroppedIndex, Place } from "../catalog.js";
import type { ChangeOf, ObjectName } from "../changes.js";
import { isOwnType, sameType, sharedType, type TypeRef } from "../types.js";
import type { Range } from "../../language/split.js";
import { Bodies } from "./bodies.js";
import { indexOf } from "./catalog-of.js";
import { EXTENSION_TYPES, type KeyType } from "./opclasses.js";
import {
  plainTable,
  Refusal,
  type IndexState,
  type ObjectState,
  type Oid,
  type RelationState,
  type ResolvedType,
  type TableState,
  type TypeState,
} from "./state.js";
import { State } from "./store.js";

/** Where temporary tables are, as long as their session lasts. */
export const TEMPORARY_SCHEMA = "pg_temp";
/** Schemas that are always there, with tables nobody here creates. */
const SYSTEM_SCHEMAS = new Set(["pg_catalog", "information_schema", "pg_toast"]);

const DEFAULT_PATH = ["public"];

/** A large catalog has hundreds of thousands of places: a range in an array of its own would double what they take. */
class CompactPlace implements Place {
  readonly #start: number;
  readonly #end: number;

  constructor(
    readonly path: string,
    [start, end]: Range,
  ) {
    this.#start = start;
    this.#end = end;
  }

  get range(): Range {
    return [this.#start, this.#end];
  }
}

/** One connection to the database that is replayed: what names mean in it, and where the statement stands. */
export class Session {
  readonly state: State;
  readonly extensions = new Set<string>();
  /** What functions of the user's return, by name; `several` where they disagree. */
  readonly functions = new Map<string, TypeRef | "several">();
  /** The words of functions that change schemas, by their names; undefined for one that may change any table. */
  readonly changers = new Map<string, readonly string[] | undefined>();
  readonly bodies: Bodies;
  readonly problems: CatalogProblem[] = [];
  path = "";
  range: Range = [0, 0];
  #searchPath: readonly string[] = DEFAULT_PATH;
  /** What SET LOCAL hides until the transaction ends. */
  #outerPath: readonly string[] | undefined;
  /** Names that were reported missing: once is enough. */
  readonly #reported = new Set<string>();

  /** @param from - a session to go on from as if it had just ended */
  constructor(from?: Session) {
    this.state = new State(from?.state);
    this.bodies = new Bodies(from?.bodies);
    if (!from) return;
    this.extensions = new Set(from.extensions);
    this.functions = new Map(from.functions);
    this.changers = new Map(from.changers);
    this.problems = [...from.problems];
    this.#reported = new Set(from.#reported);
  }

  get place(): Place {
    return this.placeOf(this.range);
  }

  placeOf(range: Range): Place {
    return new CompactPlace(this.path, range);
  }

  // ── Search path ──

  setSearchPath(schemas: readonly string[] | undefined, isLocal: boolean): void {
    const [path, outer] = [this.#searchPath, this.#outerPath];
    this.state.onUndo(() => {
      this.#searchPath = path;
      this.#outerPath = outer;
    });
    if (isLocal) this.#outerPath ??= path;
    else this.#outerPath = undefined;
    // `"$user"` is a schema hardly any database has.
    this.#searchPath = schemas?.filter((schema) => schema !== "" && schema !== "$user") ?? DEFAULT_PATH;
  }

  /** Where names without a schema are looked for. */
  get schemas(): readonly string[] {
    return this.#searchPath;
  }

  endTransaction(): void {
    this.#searchPath = this.#outerPath ?? this.#searchPath;
    this.#outerPath = undefined;
  }

  resetSearchPath(): void {
    this.#searchPath = DEFAULT_PATH;
    this.#outerPath = undefined;
  }

  /** Runs with a schema before all others, as the elements of CREATE SCHEMA do. */
  within(schema: string, run: () => void): void {
    const path = this.#searchPath;
    this.#searchPath = [schema, ...path];
    try {
      run();
    } finally {
      this.#searchPath = path;
    }
  }

  /** The schema in which an object is created. @throws Refusal where there is none */
  creationSchema({ schema, name }: ObjectName, isTemporary = false): string {
    if (isTemporary) {
      if (schema !== undefined && schema !== TEMPORARY_SCHEMA)
        throw new Refusal("refused", "cannot create temporary relation in non-temporary schema");
      return TEMPORARY_SCHEMA;
    }
    if (schema !== undefined) return this.requireSchema(schema);
    for (const candidate of this.#searchPath) {
      if (candidate === TEMPORARY_SCHEMA || this.state.schemas.get(candidate) === "dropped") continue;
      return this.requireSchema(candidate);
    }
    throw new Refusal("refused", `no schema has been selected to create "${name}" in`);
  }

  /** A schema that is here, or that a history elsewhere may have made. */
  requireSchema(schema: string): string {
    const known = this.state.schemas.get(schema);
    if (known === "dropped") throw new Refusal("missing", `schema "${schema}" does not exist`);
    if (known === undefined && schema !== TEMPORARY_SCHEMA) {
      this.state.setSchema(schema, "assumed");
      this.reportMissing(`schema "${schema}"`);
    }
    return schema;
  }

  // ── Relations ──

  find({ schema, name }: ObjectName): RelationState | undefined {
    if (schema !== undefined) return this.state.relation(schema, name);
    for (const candidate of [TEMPORARY_SCHEMA, ...this.#searchPath]) {
      const found = this.state.relation(candidate, name);
      if (found) return found;
    }
    return undefined;
  }

  /** True for a name that some statement here once gave to something: what bore it is gone. */
  wasSeen({ schema, name }: ObjectName, space: "relation" | "type"): boolean {
    const schemas = schema === undefined ? this.#searchPath : [schema];
    return schemas.some((candidate) => this.state.wasSeen(space, candidate, name));
  }

  isSystem({ schema, name }: ObjectName): boolean {
    return schema === undefined ? name.startsWith("pg_") : SYSTEM_SCHEMAS.has(schema);
  }

  /**
   * A table or view that a statement needs. One that nothing here ever created is assumed to come from elsewhere.
   *
   * @throws Refusal where something else has the name, or what had it is gone
   */
  requireTable(name: ObjectName): TableState {
    const found = this.find(name);
    if (found) {
      if ("columns" in found) return found;
      throw new Refusal("refused", `"${name.name}" is not a table`);
    }
    this.refuseGone(name);
    return this.assumeTable(name);
  }

  /** @throws Refusal where something was called so and is gone */
  refuseGone(name: ObjectName): void {
    if (this.wasSeen(name, "relation")) throw missing("relation", name);
  }

  assumeTable(name: ObjectName): TableState {
    const schema = this.creationSchema(name);
    this.reportMissing(`relation "${name.name}"`);
    const named = { oid: this.state.nextOid(), schema, name: name.name };
    const table = plainTable(named, "table", this.place);
    return this.state.put({ ...table, areColumnsKnown: false, isAssumed: true });
  }

  /** Makes way for a new relation. @throws Refusal where one has the name */
  claimRelation(schema: string, name: string): void {
    const there = this.state.relation(schema, name);
    if (!there) return;
    if (!this.isAssumed(there)) throw new Refusal("exists", `relation "${name}" already exists`);
    this.removeAssumed(there);
  }

  isAssumed(relation: RelationState): boolean {
    if ("columns" in relation) return relation.isAssumed;
    return relation.kind === "index" && this.state.table(relation.table)?.isAssumed === true;
  }

  removeAssumed(relation: RelationState): void {
    if ("columns" in relation)
      for (const index of this.state.indexesOf(relation.oid)) this.state.remove(index.oid);
    this.state.remove(relation.oid);
  }

  // ── Types ──

  /** @throws Refusal where the type was here and is gone */
  resolveType(type: TypeRef): ResolvedType {
    if (isOwnType(type)) return { type: sharedType(type), oid: undefined };
    const found = this.findType(type);
    if (!found) {
      if (this.wasSeen(type, "type")) throw missing("type", type);
      return { type, oid: undefined };
    }
    const { schema, name, oid } = found;
    return { type: { schema, name, modifiers: type.modifiers, dimensions: type.dimensions }, oid };
  }

  /** A type of the user's, or the table whose rows it is. */
  findType({ schema, name }: ObjectName): TypeState | TableState | undefined {
    const schemas = schema === undefined ? [TEMPORARY_SCHEMA, ...this.#searchPath] : [schema];
    for (const candidate of schemas) {
      const type = this.state.type(candidate, name);
      if (type) return type;
      const relation = this.state.relation(candidate, name);
      if (relation && "columns" in relation) return relation;
    }
    return undefined;
  }

  /** The type below all domains; undefined where it is not known. */
  baseOf({ type, oid }: ResolvedType): ResolvedType | undefined {
    if (type.name === "unknown" && oid === undefined) return undefined;
    if (oid === undefined) return isOwnType(type) ? { type, oid } : undefined;
    const object = this.state.get(oid);
    if (object?.kind !== "type") return { type, oid };
    if (object.typeKind !== "domain" || type.dimensions > 0) return { type, oid };
    const base = object.base && this.baseOf(object.base);
    return base;
  }

  /** What operator classes are chosen by; undefined for a type that is not known. */
  keyTypeOf(resolved: ResolvedType): KeyType | undefined {
    const base = this.baseOf(resolved);
    if (!base) return resolved.type.dimensions > 0 ? { base: resolved.type } : undefined;
    if (base.oid === undefined) return { base: base.type };
    const object = this.state.get(base.oid);
    return { base: base.type, kind: object?.kind === "type" ? object.typeKind : "composite" };
  }

  createFunction({ name: { name }, returns, words, isAnything }: ChangeOf<"create function">): void {
    if (isAnything) this.changers.set(name, undefined);
    else if (words && (!this.changers.has(name) || this.changers.get(name)))
      this.changers.set(name, [...(this.changers.get(name) ?? []), ...words]);
    const before = this.functions.get(name);
    const isSame = before === undefined || (before !== "several" && returns && sameType(before, returns));
    this.functions.set(name, returns && isSame ? returns : "several");
  }

  createExtension({ name, schema, ifNotExists }: ChangeOf<"create extension">): void {
    const isThere = this.extensions.has(name);
    if (isThere && ifNotExists) return;
    if (isThere) throw new Refusal("exists", `extension "${name}" already exists`);
    const home = this.creationSchema(schema === undefined ? { name } : { schema, name });
    this.extensions.add(name);
    this.state.onUndo(() => this.extensions.delete(name));
    for (const type of EXTENSION_TYPES[name] ?? []) {
      if (this.state.type(home, type)) continue;
      this.state.put<TypeState>({
        oid: this.state.nextOid(),
        kind: "type",
        schema: home,
        name: type,
        typeKind: "base",
        base: undefined,
        attributes: undefined,
        extension: name,
        place: this.place,
      });
    }
  }

  /** @returns whether the extension was there */
  endExtension(name: string): boolean {
    const isThere = this.extensions.delete(name);
    if (isThere) this.state.onUndo(() => this.extensions.add(name));
    return isThere;
  }

  // ── Ends ──

  recordDrop(index: IndexState, cause: DroppedIndex["cause"]): void {
    this.state.recordDroppedIndex({ index: indexOf(this, index), cause, place: this.place });
  }

  /** @param place - of the statement that created a view, function or policy */
  recordEnd(place: Place): void {
    this.state.recordEnd({ place, by: this.path });
  }

  /** Temporary tables end with the session, or with the transaction. */
  dropTemporary(ends: (relation: { endsWithTransaction?: boolean }) => boolean): void {
    for (const relation of this.state.inSchema(TEMPORARY_SCHEMA)) {
      if (!ends("columns" in relation ? relation : {})) continue;
      for (const part of this.state.referrers(relation.oid)) {
        if (part.schema === TEMPORARY_SCHEMA) this.remove(part);
      }
      this.remove(relation);
    }
  }

  /** Removes an object, of which nothing is left but that a view asked something. */
  remove(object: ObjectState): void {
    if (object.kind === "view" || object.kind === "materialized view") this.recordEnd(object.origin);
    this.state.remove(object.oid);
  }

  // ── Problems ──

  report({ kind, message }: Refusal, isCreation = false): void {
    this.problems.push({ kind, message, place: this.place, ...(isCreation ? { isCreation } : {}) });
  }

  reportMissing(what: string): void {
    if (this.#reported.has(what)) return;
    this.#reported.add(what);
    this.report(new Refusal("missing", `${what} does not exist`));
  }

  tableOf(oid: Oid): TableState {
    const table = this.state.table(oid);
    if (!table) throw new Refusal("missing", "the table does not exist");
    return table;
  }
}

export function missing(what: string, { schema, name }: ObjectName): Refusal {
  return new Refusal(
    "missing",
    `${what} "${schema === undefined ? name : `${schema}.${name}`}" does not exist`,
  );
}
