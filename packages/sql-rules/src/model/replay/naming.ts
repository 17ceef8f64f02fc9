import { clip, MAX_NAME_BYTES } from "../../language/identifiers.js";
import type { State } from "./store.js";

/** PostgreSQL's `makeObjectName`: parts are cut, the longer one first, so that the whole fits. */
export function objectName(first: string, second: string | undefined, label: string): string {
  // No character takes more than three bytes a unit.
  if (3 * (first.length + (second?.length ?? 0) + label.length) + 2 <= MAX_NAME_BYTES)
    return second === undefined ? `${first}_${label}` : `${first}_${second}_${label}`;
  const available = MAX_NAME_BYTES - Buffer.byteLength(label) - 1 - (second === undefined ? 0 : 1);
  let a = Buffer.byteLength(first);
  let b = second === undefined ? 0 : Buffer.byteLength(second);
  while (a + b > available) {
    if (a > b) a--;
    else b--;
  }
  const parts = [clip(first, a), ...(second === undefined ? [] : [clip(second, b)]), label];
  return parts.join("_");
}

/** `ChooseRelationName`: the first name, by number, that no relation, nor a constraint where it is for one, has. */
export function relationName(
  state: State,
  schema: string,
  parts: { first: string; second?: string; label: string; isConstraint?: boolean },
): string {
  const base = `${schema} ${parts.first} ${parts.second ?? ""} ${parts.label} ${parts.isConstraint ?? ""}`;
  for (let pass = state.firstPass(base); ; pass++) {
    const name = objectName(parts.first, parts.second, pass === 0 ? parts.label : `${parts.label}${pass}`);
    if (state.relation(schema, name)) continue;
    if (parts.isConstraint && state.hasConstraint(schema, name)) continue;
    state.rememberPass(base, pass);
    return name;
  }
}

/** `ChooseConstraintName`: the first that no constraint in the schema has. */
export function constraintName(
  state: State,
  schema: string,
  parts: { first: string; second?: string; label: string },
): string {
  const base = `${schema} ${parts.first} ${parts.second ?? ""} ${parts.label}`;
  for (let pass = state.firstPass(base); ; pass++) {
    const name = objectName(parts.first, parts.second, pass === 0 ? parts.label : `${parts.label}${pass}`);
    if (!state.hasConstraint(schema, name)) {
      state.rememberPass(base, pass);
      return name;
    }
  }
}

/** `ChooseIndexNameAddition`: names joined until they are too long. */
export function joinedNames(names: readonly string[]): string {
  let joined = "";
  for (const name of names) {
    if (joined !== "") joined += "_";
    joined += name;
    if (Buffer.byteLength(joined) > MAX_NAME_BYTES) break;
  }
  return joined;
}

/** `ChooseIndexColumnNames`: the labels, told apart by numbers. */
export function columnNames(labels: readonly string[]): string[] {
  const names: string[] = [];
  for (const label of labels) {
    let name = label;
    for (let i = 1; names.includes(name); i++) {
      name = clip(label, MAX_NAME_BYTES - String(i).length) + String(i);
    }
    names.push(name);
  }
  return names;
}
