import type { DroppedIndex } from "../catalog.js";
import type { IndexState, ObjectState, Oid, RelationState, TableState, TypeState } from "./state.js";

/** All objects of a database with an undo log, so that statements and transactions are atomic. */
export class State {
  readonly #objects = new Map<Oid, ObjectState>();
  /** Relations share one name space in each schema, types another. */
  readonly #names = { relation: new Map<string, Oid>(), type: new Map<string, Oid>() };
  /** How many tables have a constraint of this name, by `schema.name`. */
  readonly #constraints = new Map<string, number>();
  readonly #referrers = new Map<Oid, Set<Oid>>();
  readonly #undo: { undo: () => void; object?: ObjectState }[] = [];
  /** Relations of the schemas that are emptied at once. */
  readonly #temporary = new Set<Oid>();
  #lastOid = 0;
  readonly droppedIndexes: DroppedIndex[] = [];
  readonly schemas = new Map<string, "created" | "assumed" | "dropped">([["public", "created"]]);
  /** Relations, types and schemas that were ever here: one that is gone is not one from elsewhere. */
  readonly everSeen = new Set<string>();

  nextOid(): Oid {
    return ++this.#lastOid;
  }

  get(oid: Oid): ObjectState | undefined {
    return this.#objects.get(oid);
  }

  table(oid: Oid | undefined): TableState | undefined {
    const object = oid === undefined ? undefined : this.#objects.get(oid);
    return object && "columns" in object ? object : undefined;
  }

  index(oid: Oid | undefined): IndexState | undefined {
    const object = oid === undefined ? undefined : this.#objects.get(oid);
    return object?.kind === "index" ? object : undefined;
  }

  relation(schema: string, name: string): RelationState | undefined {
    const oid = this.#names.relation.get(`${schema}.${name}`);
    return oid === undefined ? undefined : (this.#objects.get(oid) as RelationState | undefined);
  }

  type(schema: string, name: string): TypeState | undefined {
    const oid = this.#names.type.get(`${schema}.${name}`);
    return oid === undefined ? undefined : (this.#objects.get(oid) as TypeState | undefined);
  }

  objects(): IterableIterator<ObjectState> {
    return this.#objects.values();
  }

  /** Adds an object, or puts its new state in the place of the old one. */
  put<T extends ObjectState>(object: T): T {
    const before = this.#objects.get(object.oid);
    this.#replace(object.oid, before, object);
    this.#undo.push({
      undo: () => {
        this.#replace(object.oid, object, before);
      },
      object,
    });
    this.everSeen.add(seenKey(object));
    return object;
  }

  remove(oid: Oid): void {
    const before = this.#objects.get(oid);
    if (!before) return;
    this.#replace(oid, before, undefined);
    this.#undo.push({
      undo: () => {
        this.#replace(oid, undefined, before);
      },
      object: before,
    });
  }

  /** Whether a table of the schema has a constraint of this name. */
  hasConstraint(schema: string, name: string): boolean {
    return (this.#constraints.get(`${schema}.${name}`) ?? 0) > 0;
  }

  setSchema(name: string, value: "created" | "assumed" | "dropped"): void {
    const before = this.schemas.get(name);
    this.schemas.set(name, value);
    this.onUndo(() => {
      if (before === undefined) this.schemas.delete(name);
      else this.schemas.set(name, before);
    });
  }

  recordDroppedIndex(dropped: DroppedIndex): void {
    this.droppedIndexes.push(dropped);
    this.onUndo(() => this.droppedIndexes.pop());
  }

  onUndo(undo: () => void): void {
    this.#undo.push({ undo });
  }

  /** Objects put or removed since `mark`, each in its last state. */
  touchedSince(mark: number): ObjectState[] {
    const touched = new Map<Oid, ObjectState>();
    for (const { object } of this.#undo.slice(mark)) if (object) touched.set(object.oid, object);
    return [...touched.values()];
  }

  inSchema(schema: "pg_temp"): RelationState[] {
    return [...this.#temporary].flatMap((oid) => {
      const object = this.#objects.get(oid);
      return object && object.kind !== "type" && object.schema === schema ? [object] : [];
    });
  }

  /** Objects that refer to this one: its indexes, children, views, foreign keys, columns of its type… by age. */
  referrers(oid: Oid): ObjectState[] {
    const found = [...(this.#referrers.get(oid) ?? [])].sort((a, b) => a - b);
    return found.flatMap((referrer) => this.#objects.get(referrer) ?? []);
  }

  indexesOf(table: Oid): IndexState[] {
    return this.referrers(table).filter((object): object is IndexState => isIndexOf(object, table));
  }

  childrenOf(table: Oid): TableState[] {
    return this.referrers(table).filter(
      (object): object is TableState => "parents" in object && object.parents.includes(table),
    );
  }

  mark(): number {
    return this.#undo.length;
  }

  rollback(mark: number): void {
    while (this.#undo.length > mark) this.#undo.pop()!.undo();
  }

  /** What was done can no longer be undone. */
  commit(): void {
    this.#undo.length = 0;
  }

  #count(object: ObjectState, by: 1 | -1): void {
    if (!("constraints" in object)) return;
    for (const { name } of object.constraints) {
      const key = `${object.schema}.${name}`;
      this.#constraints.set(key, (this.#constraints.get(key) ?? 0) + by);
    }
  }

  #replace(oid: Oid, before: ObjectState | undefined, after: ObjectState | undefined): void {
    if (before) {
      this.#count(before, -1);
      this.#names[spaceOf(before)].delete(keyOf(before));
      for (const target of referencesOf(before)) this.#referrers.get(target)?.delete(oid);
    }
    if (after) {
      this.#count(after, 1);
      this.#names[spaceOf(after)].set(keyOf(after), oid);
      for (const target of referencesOf(after)) {
        const referrers = this.#referrers.get(target);
        if (referrers) referrers.add(oid);
        else this.#referrers.set(target, new Set([oid]));
      }
      this.#objects.set(oid, after);
      if (after.schema === "pg_temp") this.#temporary.add(oid);
    } else {
      this.#objects.delete(oid);
      this.#temporary.delete(oid);
    }
  }
}

function isIndexOf(object: ObjectState, table: Oid): boolean {
  return object.kind === "index" && object.table === table;
}

function keyOf({ schema, name }: ObjectState): string {
  return `${schema}.${name}`;
}

function spaceOf({ kind }: ObjectState): "relation" | "type" {
  return kind === "type" ? "type" : "relation";
}

function seenKey(object: ObjectState): string {
  return `${spaceOf(object)} ${keyOf(object)}`;
}

function referencesOf(object: ObjectState): Set<Oid> {
  const found = new Set<Oid>();
  const add = (oid: Oid | undefined) => oid !== undefined && found.add(oid);
  if (object.kind === "index") {
    add(object.table);
    add(object.parent);
  } else if (object.kind === "sequence") add(object.owner?.table);
  else if (object.kind === "type") {
    add(object.base?.oid);
    for (const attribute of object.attributes ?? []) add(attribute.oid);
  } else {
    for (const parent of object.parents) add(parent);
    add(object.ofType);
    for (const { oid } of object.reads) add(oid);
    for (const column of object.columns) {
      add(column.oid);
      add(column.sequence);
    }
    for (const constraint of object.constraints) {
      add(constraint.references);
      add(constraint.referencedIndex);
    }
  }
  found.delete(object.oid);
  return found;
}
