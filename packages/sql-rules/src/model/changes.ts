/** One change of the schema, as a statement asks for it. */
export interface SchemaChange {
  kind: string;
}
