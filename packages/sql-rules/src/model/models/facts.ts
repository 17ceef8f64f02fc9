import type { Range } from "../../language/split.js";
import type { ChangeOf } from "../changes.js";

/** What one module says of tables: plain data, so that it can be kept with the file's other facts. */
export interface ModelFacts {
  /** Classes that map tables or that such classes may descend from, and tables made without a class. */
  classes: readonly ModelClass[];
  /** Types that have a name here, `jsonb` or the full name of one elsewhere, by that name. */
  types: Readonly<Record<string, string>>;
  /** What imports bind, by the name they bind: other modules may take it from here. */
  imports: Readonly<Record<string, string>>;
}

/** A declarative class of SQLAlchemy or SQLModel, a mixin, or a `Table(…)`; all of it is what its own body says. */
export interface ModelClass {
  name: string;
  /** Of the name. */
  range: Range;
  /** As its module calls them: a name without dots is one of the module's own; a relative module keeps its dots. */
  bases: readonly string[];
  /** The table's name, or what is made of the class's name in lower case. */
  table?: { name: string; range: Range } | { suffix: string };
  /** `__tablename__` is known only at run time. */
  isTableUnknown?: true;
  isAbstract?: true;
  /** `table=True` of a class of SQLModel. */
  isSqlModelTable?: true;
  /** Of `__table_args__` or `Table(…)`; null where only a run knows it. */
  schema?: string | null;
  /** Of the metadata that the class brings, for all that descend from it; null where only a run knows it. */
  metadataSchema?: string | null;
  columns: readonly ModelColumn[];
  /** Names of attributes that are no columns: they hide columns of the bases. */
  others: readonly string[];
  /** Their table is a placeholder. */
  indexes: readonly ChangeOf<"create index">[];
  /** `type_annotation_map`: types by annotations without spaces. */
  annotations?: Readonly<Record<string, string>>;
}

export interface ModelColumn {
  attribute: string;
  /** In the database; undefined where a helper elsewhere makes the column. */
  name?: string;
  /** Of the attribute, or of the column in a `Table(…)`. */
  range: Range;
  /** As PostgreSQL has it, or the full name of a type of a team's own in quotes. */
  type?: string;
  typeRange?: Range;
  /** Of `Mapped[…]`, without spaces. */
  annotation?: string;
  /** A column only in a table of SQLModel: `name: str`. */
  isField?: true;
}
