import type { Catalog } from "../catalog.js";
import type { Block, ChangeOf, SchemaChange } from "../changes.js";
import { alterTable } from "./alter.js";
import { changePolicy, createFunction } from "./bodies.js";
import { catalogOf } from "./catalog-of.js";
import { beforeDoubt, markDoubtful, markWords } from "./doubt.js";
import { drop } from "./drop.js";
import { attachIndexOf, createIndex } from "./indexes.js";
import { rename, setSchema } from "./rename.js";
import { alterSequence, createSequence } from "./sequences.js";
import { Session } from "./session.js";
import { Refusal } from "./state.js";
import { createTable } from "./tables.js";
import { alterType, createType } from "./types.js";
import { createTableAs, createView } from "./views.js";

/** What one file asks for; its identity stands for its content. */
interface File {
  readonly path: string;
  readonly changes: readonly SchemaChange[];
}

/** A database after some files. What is replayed next starts from a copy of it. */
interface Checkpoint {
  count: number;
  session: Session;
}

/** The place where a history changed last is where it will change next: in the file that is being edited. */
const checkpoints = new WeakMap<Catalog, Checkpoint>();

/**
 * Applies what files ask for, in order, to an empty database, as PostgreSQL 18 does: a statement it would refuse changes
 * nothing. Each file is a session of its own. What a history leans on without creating it is assumed to be there.
 *
 * @param files - in the order in which they apply
 * @param before - an earlier replay: where the same file changed again, those before it are not applied again
 * @param doubt - why every table may look otherwise
 */
export function replay(
  files: readonly File[],
  before?: { readonly files: readonly File[]; readonly catalog: Catalog },
  doubt?: string,
): Catalog {
  const changed = before ? files.findIndex((file, i) => file !== before.files[i]) : -1;
  const known = before && checkpoints.get(before.catalog);
  let checkpoint = known && known.count <= changed ? known : undefined;
  const session = new Session(checkpoint?.session);
  for (const [i, file] of files.entries()) {
    if (i < (checkpoint?.count ?? 0)) continue;
    if (i === changed && i !== checkpoint?.count) checkpoint = { count: i, session: new Session(session) };
    applyFile(session, file);
  }
  const catalog = catalogOf(session, doubt);
  if (checkpoint) checkpoints.set(catalog, checkpoint);
  return catalog;
}

function applyFile(session: Session, { path, changes }: File): void {
  // A file that says nothing of transactions is run in one: by its tool, or by the server as one message.
  const isOne = !changes.some(({ kind }) => kind === "transaction");
  const transaction = new Transaction(session, isOne);
  session.path = path;
  session.resetSearchPath();
  for (const change of changes) {
    session.range = change.range;
    transaction.run(change);
  }
  transaction.end();
  session.dropTemporary(() => true);
  session.state.commit();
}

/** BEGIN, SAVEPOINT and their ends; without them each statement stands alone. */
class Transaction {
  readonly #session: Session;
  #start: number | undefined;
  #savepoints: { name: string; mark: number }[] = [];

  constructor(
    session: Session,
    readonly isOne: boolean,
  ) {
    this.#session = session;
  }

  run(change: SchemaChange): void {
    if (change.kind === "transaction") {
      if (change.what === "begin") this.#start ??= this.#session.state.mark();
      else this.#finish(change.what);
    } else if (change.kind === "savepoint") this.#savepoint(change);
    // SET LOCAL has no effect outside a transaction.
    else if (change.kind !== "search path" || !change.local || this.isOne || this.#start !== undefined) {
      apply(this.#session, change);
      if (this.#start === undefined) this.#endStatement();
    }
  }

  /** A file that leaves its transaction open is taken to commit it: most tools wrap files themselves. */
  end(): void {
    if (this.#start !== undefined) this.#finish("commit");
  }

  #finish(what: "commit" | "rollback"): void {
    if (this.#start === undefined) return;
    if (what === "rollback") this.#session.state.rollback(this.#start);
    this.#start = undefined;
    this.#savepoints = [];
    this.#session.endTransaction();
    this.#endStatement();
  }

  #endStatement(): void {
    this.#session.dropTemporary(({ endsWithTransaction }) => endsWithTransaction === true);
    this.#session.state.commit();
  }

  #savepoint({ what, name }: ChangeOf<"savepoint">): void {
    if (this.#start === undefined) return;
    if (what === "set") {
      this.#savepoints.push({ name, mark: this.#session.state.mark() });
      return;
    }
    const at = this.#savepoints.findLastIndex((savepoint) => savepoint.name === name);
    const savepoint = this.#savepoints[at];
    if (!savepoint) return;
    if (what === "rollback") this.#session.state.rollback(savepoint.mark);
    this.#savepoints.length = what === "rollback" ? at + 1 : at;
  }
}

/** Applies a change wholly or, where PostgreSQL would refuse it, not at all. */
function apply(
  session: Session,
  change: SchemaChange,
  onRefusal = (refusal: Refusal) => {
    session.report(refusal, change.kind === "create table");
    if (refusal.kind === "refused") doubtRefused(session, change, refusal);
  },
): void {
  const mark = session.state.mark();
  try {
    perform(session, change);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    session.state.rollback(mark);
    onRefusal(error);
  }
}

/** What a real database accepts after all: a cast, a type of an extension, a view that did not depend on a column. */
function doubtRefused(session: Session, change: SchemaChange, { message }: Refusal): void {
  if (change.kind !== "alter table" && change.kind !== "create view" && change.kind !== "drop") return;
  const names = change.kind === "drop" ? change.names : [change.name];
  const words = new Set(names.map(({ name }) => name.toLowerCase()));
  markWords(session, words, `a change of it would be refused as it was read: ${message}`);
}

function perform(session: Session, change: SchemaChange): void {
  switch (change.kind) {
    case "create table":
      createTable(session, change);
      break;
    case "create table as":
      createTableAs(session, change);
      break;
    case "create view":
      createView(session, change);
      break;
    case "create index":
      createIndex(session, change);
      break;
    case "create type":
      createType(session, change);
      break;
    case "create sequence":
      createSequence(session, change);
      break;
    case "create schema":
      createSchema(session, change);
      break;
    case "create extension":
      session.createExtension(change);
      break;
    case "alter table":
      alterTable(session, change);
      break;
    case "attach index":
      attachIndexOf(session, change);
      break;
    case "alter type":
      alterType(session, change);
      break;
    case "alter sequence":
      alterSequence(session, change);
      break;
    case "rename":
      rename(session, change);
      break;
    case "set schema":
      setSchema(session, change);
      break;
    case "drop":
      drop(session, change);
      break;
    case "search path":
      session.setSearchPath(change.schemas, change.local === true);
      break;
    case "block":
      runBlock(session, change);
      break;
    case "create function":
      createFunction(session, change);
      break;
    case "policy":
      changePolicy(session, change);
      break;
    case "call":
      call(session, change);
      break;
    case "transaction":
    case "savepoint":
      break;
  }
}

/** What a function of the history's own changes when it is called. */
function call(session: Session, { name, words, isAnything }: ChangeOf<"call">): void {
  if (!session.changers.has(name)) return;
  const own = session.changers.get(name);
  const meant = own === undefined || isAnything ? undefined : new Set([...own, ...words]);
  markWords(session, meant, `${name}() may have changed it`);
}

function createSchema(
  session: Session,
  { name, ifNotExists, elements = [] }: ChangeOf<"create schema">,
): void {
  if (session.state.schemas.get(name) === "created") {
    if (ifNotExists) return;
    throw new Refusal("exists", `schema "${name}" already exists`);
  }
  session.state.setSchema(name, "created");
  session.within(name, () => {
    for (const element of elements) perform(session, element);
  });
}

function runBlock(session: Session, block: Block): void {
  const { guard, changes, doubt, words, isAnything } = block;
  const before = beforeDoubt(session);
  if (guard === "exception") {
    const whole: SchemaChange = { kind: "block", changes, range: session.range };
    apply(session, whole, () => undefined);
  } else {
    for (const change of changes) {
      if (guard === "condition") apply(session, change, () => undefined);
      else perform(session, change);
    }
  }
  if (doubt === undefined) return;
  markDoubtful(session, before, doubt);
  if (words) markWords(session, isAnything ? undefined : new Set(words), doubt);
}
