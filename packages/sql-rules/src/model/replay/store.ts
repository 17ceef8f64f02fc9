import type { DroppedIndex, Ended } from "../catalog.js";
import { Names } from "./names.js";
import type {
  ConstraintState,
  IndexState,
  ObjectState,
  Oid,
  RelationState,
  TableState,
  TypeState,
} from "./state.js";

type Space = "relation" | "type";

/** All objects of a database with an undo log, so that statements and transactions are atomic. */
export class State {
  readonly #objects = new Map<Oid, ObjectState>();
  /** Relations share one name space in each schema, types another. */
  readonly #names: Record<Space, Names<Oid>> = { relation: new Names(), type: new Names() };
  /** How many tables have a constraint of this name. */
  readonly #constraints = new Names<number>();
  readonly #references = new Map<Oid, readonly Oid[]>();
  readonly #referrers = new Map<Oid, Set<Oid>>();
  readonly #undo: Undo[] = [];
  /** Where the search for a free name began to find one, by what it is made from. */
  readonly #passes = new Map<string, number>();
  /** Relations of the schemas that are emptied at once. */
  readonly #temporary = new Set<Oid>();
  #lastOid = 0;
  readonly droppedIndexes: DroppedIndex[] = [];
  readonly ended: Ended[] = [];
  readonly schemas = new Map<string, "created" | "assumed" | "dropped">([["public", "created"]]);

  /** @param from - a database to go on from, at a time when nothing of it can be undone */
  constructor(from?: State) {
    if (!from) return;
    this.#objects = new Map(from.#objects);
    this.#names = { relation: new Names(from.#names.relation), type: new Names(from.#names.type) };
    this.#constraints = new Names(from.#constraints);
    this.#references = new Map(from.#references);
    this.#referrers = new Map(Array.from(from.#referrers, ([oid, oids]) => [oid, new Set(oids)]));
    this.#temporary = new Set(from.#temporary);
    this.#lastOid = from.#lastOid;
    this.droppedIndexes = [...from.droppedIndexes];
    this.ended = [...from.ended];
    this.schemas = new Map(from.schemas);
  }

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
    const oid = this.#names.relation.get(schema, name);
    return oid === undefined ? undefined : (this.#objects.get(oid) as RelationState | undefined);
  }

  type(schema: string, name: string): TypeState | undefined {
    const oid = this.#names.type.get(schema, name);
    return oid === undefined ? undefined : (this.#objects.get(oid) as TypeState | undefined);
  }

  /** Whether a relation or type was ever called so: one that is gone is not one from elsewhere. */
  wasSeen(space: Space, schema: string, name: string): boolean {
    return this.#names[space].wasSet(schema, name);
  }

  objects(): IterableIterator<ObjectState> {
    return this.#objects.values();
  }

  /** Adds an object, or puts its new state in the place of the old one. */
  put<T extends ObjectState>(object: T): T {
    const before = this.#objects.get(object.oid);
    this.#replace(before, object);
    this.#undo.push({ before, after: object });
    return object;
  }

  remove(oid: Oid): void {
    const before = this.#objects.get(oid);
    if (!before) return;
    this.#replace(before, undefined);
    this.#undo.push({ before, after: undefined });
  }

  /** The number from which names made from `base` may be free: all lower ones are taken. */
  firstPass(base: string): number {
    return this.#passes.get(base) ?? 0;
  }

  rememberPass(base: string, pass: number): void {
    this.#passes.set(base, pass);
  }

  /** Whether a table of the schema has a constraint of this name. */
  hasConstraint(schema: string, name: string): boolean {
    return (this.#constraints.get(schema, name) ?? 0) > 0;
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

  recordEnd(ended: Ended): void {
    this.ended.push(ended);
    this.onUndo(() => this.ended.pop());
  }

  onUndo(undo: () => void): void {
    this.#undo.push(undo);
  }

  /** Objects put or removed since `mark`, as they were then and as they are now. */
  changedSince(mark: number): { before?: ObjectState; after?: ObjectState }[] {
    const first = new Map<Oid, ObjectState | undefined>();
    for (const entry of this.#undo.slice(mark)) {
      if (typeof entry === "function") continue;
      const oid = (entry.after ?? entry.before)!.oid;
      if (!first.has(oid)) first.set(oid, entry.before);
    }
    return Array.from(first, ([oid, before]) => {
      const after = this.#objects.get(oid);
      return { ...(before && { before }), ...(after && { after }) };
    });
  }

  inSchema(schema: "pg_temp"): RelationState[] {
    return [...this.#temporary].flatMap((oid) => {
      const object = this.#objects.get(oid);
      return object && object.kind !== "type" && object.schema === schema ? [object] : [];
    });
  }

  /** Objects that refer to this one: its indexes, children, views, foreign keys, columns of its type… by age. */
  referrers(oid: Oid): ObjectState[] {
    const oids = this.#referrers.get(oid);
    if (!oids || oids.size === 0) return [];
    const found: ObjectState[] = [];
    for (const referrer of oids.size === 1 ? oids : [...oids].sort((a, b) => a - b)) {
      const object = this.#objects.get(referrer);
      if (object) found.push(object);
    }
    return found;
  }

  indexesOf(table: Oid): IndexState[] {
    return this.referrers(table).filter((object): object is IndexState => isIndexOf(object, table));
  }

  childrenOf(table: Oid): TableState[] {
    return this.referrers(table).filter(
      (object): object is TableState => "parents" in object && object.parents.includes(table),
    );
  }

  /**
   * `find_all_inheritors`: every table below one, each once, with how many of its parents are among them or the one
   * itself. A column or constraint that it has from more parents than these is not theirs to change.
   */
  inheritorsOf(table: Oid): ReadonlyMap<Oid, number> {
    const found = new Map<Oid, number>();
    const queue = [table];
    for (const parent of queue) {
      for (const { oid } of this.childrenOf(parent)) {
        const count = found.get(oid);
        if (count === undefined) queue.push(oid);
        found.set(oid, (count ?? 0) + 1);
      }
    }
    return found;
  }

  mark(): number {
    return this.#undo.length;
  }

  rollback(mark: number): void {
    while (this.#undo.length > mark) {
      const entry = this.#undo.pop()!;
      if (typeof entry === "function") entry();
      else this.#replace(entry.after, entry.before);
    }
  }

  /** What was done can no longer be undone. */
  commit(): void {
    this.#undo.length = 0;
  }

  /** Keeps what is looked up by in step; most states differ from the one before in a part that is not. */
  #replace(before: ObjectState | undefined, after: ObjectState | undefined): void {
    const { oid } = (after ?? before)!;
    const isElsewhere = before?.name !== after?.name || before?.schema !== after?.schema;
    if (isElsewhere) this.#rename(before, after);
    this.#count(before, after);
    if (!before || !after || !haveSameReferences(before, after)) this.#refer(oid, after);
    if (after) this.#objects.set(oid, after);
    else this.#objects.delete(oid);
  }

  #rename(before: ObjectState | undefined, after: ObjectState | undefined): void {
    if (before) {
      this.#names[spaceOf(before)].set(before.schema, before.name, undefined);
      this.#temporary.delete(before.oid);
      this.#passes.clear();
    }
    if (after) {
      this.#names[spaceOf(after)].set(after.schema, after.name, after.oid);
      if (after.schema === "pg_temp") this.#temporary.add(after.oid);
    }
  }

  #count(before: ObjectState | undefined, after: ObjectState | undefined): void {
    const [had, has] = [constraintsOf(before), constraintsOf(after)];
    if (had === has && before?.schema === after?.schema) return;
    // Most changes add one at the end.
    let same = 0;
    if (before?.schema === after?.schema) while (same < had.length && had[same] === has[same]) same++;
    for (const { name } of had.slice(same)) this.#addConstraint(before?.schema ?? "", name, -1);
    for (const { name } of has.slice(same)) this.#addConstraint(after?.schema ?? "", name, 1);
    if (same < had.length) this.#passes.clear();
  }

  #addConstraint(schema: string, name: string, by: 1 | -1): void {
    this.#constraints.set(schema, name, (this.#constraints.get(schema, name) ?? 0) + by);
  }

  #refer(oid: Oid, after: ObjectState | undefined): void {
    const had = this.#references.get(oid) ?? NO_REFERENCES;
    const has = after ? referencesOf(after) : NO_REFERENCES;
    if (had.length === has.length && had.every((target, i) => target === has[i])) return;
    for (const target of had) this.#referrers.get(target)?.delete(oid);
    for (const target of has) {
      const referrers = this.#referrers.get(target);
      if (referrers) referrers.add(oid);
      else this.#referrers.set(target, new Set([oid]));
    }
    if (has.length > 0) this.#references.set(oid, has);
    else this.#references.delete(oid);
  }
}

const NO_REFERENCES: readonly Oid[] = [];

/** A change of an object, or what takes something else back. */
type Undo = (() => void) | { before: ObjectState | undefined; after: ObjectState | undefined };

const NONE: readonly ConstraintState[] = [];

function constraintsOf(object: ObjectState | undefined): readonly ConstraintState[] {
  return object && "constraints" in object ? object.constraints : NONE;
}

function haveSameReferences(before: ObjectState, after: ObjectState): boolean {
  if (!("columns" in before) || !("columns" in after)) return false;
  return (
    before.columns === after.columns &&
    before.constraints === after.constraints &&
    before.parents === after.parents &&
    before.reads === after.reads &&
    before.ofType === after.ofType
  );
}

function isIndexOf(object: ObjectState, table: Oid): boolean {
  return object.kind === "index" && object.table === table;
}

function spaceOf({ kind }: ObjectState): Space {
  return kind === "type" ? "type" : "relation";
}

function referencesOf(object: ObjectState): Oid[] {
  const found: Oid[] = [];
  const add = (oid: Oid | undefined) => {
    if (oid !== undefined && oid !== object.oid && !found.includes(oid)) found.push(oid);
  };
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
    for (const { oid, sequence } of object.columns) {
      if (oid !== undefined) add(oid);
      if (sequence !== undefined) add(sequence);
    }
    for (const { references, referencedIndex } of object.constraints) {
      if (references !== undefined) add(references);
      if (referencedIndex !== undefined) add(referencedIndex);
    }
  }
  return found;
}
