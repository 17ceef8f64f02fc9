import type { Place } from "../catalog.js";
import type { ChangeOf, ObjectName } from "../changes.js";
import type { Session } from "./session.js";

/** A function by its name, with the types of its arguments; a policy by its table, with its name. */
type Group = "function" | "policy";

/**
 * What created the functions and policies that are there, so that a body which another has replaced, or which is gone,
 * is known to be asked no more. Views are relations, and end as these do.
 */
export class Bodies {
  readonly #places: Map<string, Map<string, Place>>;

  constructor(from?: Bodies) {
    this.#places = new Map(
      Array.from(from ? from.#places : [], ([group, places]) => [group, new Map(places)] as const),
    );
  }

  get(group: string): ReadonlyMap<string, Place> | undefined {
    return this.#places.get(group);
  }

  groups(): readonly string[] {
    return [...this.#places.keys()];
  }

  /** @returns what takes it back */
  set(group: string, key: string, place: Place | undefined): () => void {
    const places = this.#places.get(group) ?? new Map<string, Place>();
    this.#places.set(group, places);
    const before = places.get(key);
    put(places, key, place);
    return () => {
      put(places, key, before);
    };
  }
}

function put(places: Map<string, Place>, key: string, place: Place | undefined): void {
  if (place) places.set(key, place);
  else places.delete(key);
}

const keyOf = (group: Group, schema: string, name: string) => `${group} ${schema}.${name}`;

/** A body ends that a statement replaces or drops. */
function end(session: Session, group: string, key: string, next?: Place): void {
  const before = session.bodies.get(group)?.get(key);
  if (before) session.recordEnd(before);
  if (before ?? next) session.state.onUndo(session.bodies.set(group, key, next));
}

function endAll(session: Session, group: string): void {
  for (const key of [...(session.bodies.get(group)?.keys() ?? [])]) end(session, group, key);
}

export function createFunction(session: Session, change: ChangeOf<"create function">): void {
  session.createFunction(change);
  const schema = change.name.schema ?? session.schemas[0] ?? "";
  // It ends with the session, which it was made for.
  if (schema === "pg_temp") session.recordEnd(session.place);
  else end(session, keyOf("function", schema, change.name.name), change.args ?? "", session.place);
}

/** @param args - the types of the arguments; without them the only function of the name */
export function dropFunction(session: Session, name: ObjectName, args: string | undefined): void {
  const group = functionGroup(session, name);
  if (group === undefined) return;
  if (args === undefined) endAll(session, group);
  else end(session, group, args);
}

function functionGroup(session: Session, { schema, name }: ObjectName): string | undefined {
  const schemas = schema === undefined ? session.schemas : [schema];
  return schemas
    .map((candidate) => keyOf("function", candidate, name))
    .find((group) => (session.bodies.get(group)?.size ?? 0) > 0);
}

/** What a function is called or where it is changes; its body does not. */
export function moveFunction(session: Session, from: ObjectName, to: Partial<ObjectName>): void {
  const group = functionGroup(session, from);
  if (group === undefined) return;
  const [, schema = "", name = ""] = /^function (.*?)\.(.*)$/s.exec(group) ?? [];
  move(session, group, keyOf("function", to.schema ?? schema, to.name ?? name));
}

export function changePolicy(session: Session, { what, name, table, to }: ChangeOf<"policy">): void {
  const found = session.find(table);
  const schema = found?.schema ?? table.schema ?? session.schemas[0] ?? "";
  const group = keyOf("policy", schema, table.name);
  if (what === "rename") {
    const place = session.bodies.get(group)?.get(name);
    if (!place || to === undefined) return;
    session.state.onUndo(session.bodies.set(group, name, undefined));
    session.state.onUndo(session.bodies.set(group, to, place));
  } else end(session, group, name, what === "drop" ? undefined : session.place);
}

/** A table's policies go with it. */
export function endPolicies(session: Session, { schema, name }: { schema: string; name: string }): void {
  endAll(session, keyOf("policy", schema, name));
}

export function movePolicies(
  session: Session,
  { schema, name }: { schema: string; name: string },
  to: Partial<ObjectName>,
): void {
  move(session, keyOf("policy", schema, name), keyOf("policy", to.schema ?? schema, to.name ?? name));
}

/** DROP SCHEMA … CASCADE. */
export function endBodiesIn(session: Session, schema: string): void {
  for (const group of session.bodies.groups()) {
    if (/^\w+ (.*?)\./s.exec(group)?.[1] === schema) endAll(session, group);
  }
}

function move(session: Session, from: string, to: string): void {
  for (const [key, place] of [...(session.bodies.get(from) ?? [])]) {
    session.state.onUndo(session.bodies.set(from, key, undefined));
    session.state.onUndo(session.bodies.set(to, key, place));
  }
}
