import type {
  ColumnSpec,
  ConstraintSpec,
  LikeSpec,
  ObjectName,
  SchemaChange,
  TableAction,
} from "../../src/model/changes.js";
import type { Expression } from "../../src/model/expression.js";
import { formatType } from "../../src/model/types.js";

/** One thing a statement says, in words that are compared, and the expression that belongs to it. */
export interface Fact {
  says: string;
  /** Undefined where there is none, or it cannot be compared. */
  expression?: Expression | undefined;
}

const nameOf = ({ schema, name }: ObjectName) => (schema === undefined ? name : `${schema}.${name}`);

/** What the model reads from PostgreSQL's tree of a statement, as facts. */
export function firstReading(change: SchemaChange): Fact[] | undefined {
  switch (change.kind) {
    case "create table":
      return [
        { says: `create table ${nameOf(change.name)}` },
        ...change.elements.flatMap(elementFacts),
        ...change.constraints.flatMap(constraintFacts),
        ...(change.inherits ?? []).map((parent) => ({ says: `inherits ${nameOf(parent)}` })),
      ];
    case "alter table":
      return change.actions.flatMap((action) =>
        actionFacts(action).map(({ says, ...rest }) => ({
          says: `${nameOf(change.name)}: ${says}`,
          ...rest,
        })),
      );
    case "rename":
      if (change.object !== "table") return undefined;
      if (!change.part) return [{ says: `${nameOf(change.name)}: rename to ${change.to}` }];
      if (change.part.kind !== "column") return undefined;
      return [{ says: `${nameOf(change.name)}: rename column ${change.part.name} to ${change.to}` }];
    case "create index":
      return [
        {
          says: `index ${change.name ?? ""} on ${nameOf(change.table)} using ${change.method}${change.unique ? " unique" : ""}`,
        },
        ...change.keys.map(({ expression, operatorClass, isDescending, nulls }) => ({
          says: `key ${operatorClass ?? ""}${isDescending ? " desc" : ""}${nulls ? ` ${nulls}` : ""}`,
          expression,
        })),
        ...(change.predicate ? [{ says: "where", expression: change.predicate }] : []),
      ];
    case "drop":
      return change.object === "table" || change.object === "index"
        ? [{ says: `drop ${change.object} ${change.names.map(nameOf).join()}` }]
        : undefined;
    default:
      return undefined;
  }
}

function elementFacts(element: ColumnSpec | LikeSpec): Fact[] {
  if (element.kind === "like") return [{ says: `like ${nameOf(element.table)}` }];
  const { name, type, isSerial, constraints } = element;
  return [
    { says: `column ${name} ${isSerial ? "serial " : ""}${type ? formatType(type) : "?"}` },
    ...(element.default ? [{ says: `default ${name}`, expression: element.default }] : []),
    ...constraints.flatMap(constraintFacts),
  ];
}

function constraintFacts(constraint: ConstraintSpec): Fact[] {
  switch (constraint.kind) {
    case "not null":
    case "primary key":
    case "unique":
      return [{ says: `${constraint.kind} ${constraint.columns.join()}` }];
    case "check":
      return [{ says: "check", expression: constraint.expression }];
    case "foreign key": {
      const { columns, references, referenced } = constraint;
      return [{ says: `references ${columns.join()} ${nameOf(references)} ${referenced.join()}` }];
    }
    case "exclude":
      return [{ says: "exclude" }];
  }
}

function actionFacts(action: TableAction): Fact[] {
  switch (action.kind) {
    case "add column":
      return elementFacts(action.column).map(({ says, ...rest }) => ({ says: `add ${says}`, ...rest }));
    case "add constraint":
      return constraintFacts(action.constraint).map(({ says, ...rest }) => ({
        says: `add ${says}`,
        ...rest,
      }));
    case "retype column":
      return [{ says: `retype ${action.column} ${formatType(action.type)}` }];
    case "default":
      return action.expression
        ? [{ says: `default ${action.column}`, expression: action.expression }]
        : [{ says: `drop default ${action.column}` }];
    case "drop column":
    case "set not null":
    case "drop not null":
      return [{ says: `${action.kind} ${action.column}` }];
    case "drop constraint":
      return [{ says: `drop constraint ${action.constraint}` }];
    default:
      return [{ says: action.kind }];
  }
}
