import type { AlterSequence, CreateSequence, ObjectName } from "../changes.js";
import { requireColumn } from "./columns.js";
import type { Session } from "./session.js";
import { Refusal, type SequenceState } from "./state.js";

export function createSequence(session: Session, change: CreateSequence): void {
  const schema = session.creationSchema(change.name, change.persistence === "temporary");
  const there = session.state.relation(schema, change.name.name);
  if (there && change.ifNotExists && !session.isAssumed(there)) return;
  session.claimRelation(schema, change.name.name);
  session.state.put<SequenceState>({
    oid: session.state.nextOid(),
    kind: "sequence",
    schema,
    name: change.name.name,
    owner: change.ownedBy && ownerOf(session, change.ownedBy, schema),
    isInternal: false,
  });
}

export function alterSequence(session: Session, { name, ifExists, ownedBy }: AlterSequence): void {
  const sequence = session.find(name);
  if (!sequence) {
    if (!ifExists) session.refuseGone(name);
    return;
  }
  if (sequence.kind !== "sequence") throw new Refusal("refused", `"${name.name}" is not a sequence`);
  if (sequence.isInternal) throw new Refusal("refused", "cannot change ownership of identity sequence");
  const owner = ownedBy ? ownerOf(session, ownedBy, sequence.schema) : undefined;
  session.state.put<SequenceState>({ ...sequence, owner });
}

function ownerOf(
  session: Session,
  { table: name, column }: { table: ObjectName; column: string },
  schema: string,
): NonNullable<SequenceState["owner"]> {
  const table = session.requireTable(name);
  requireColumn(table, column);
  if (table.schema !== schema && !table.isAssumed)
    throw new Refusal("refused", "sequence must be in same schema as table it is linked to");
  return { table: table.oid, column };
}
