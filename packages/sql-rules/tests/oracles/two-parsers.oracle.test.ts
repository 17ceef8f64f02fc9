import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Node } from "@pgsql/types";
import { Linter } from "eslint";
import { parse, type Expr, type Statement as PgsqlAst } from "pgsql-ast-parser";
import { describe, expect, it } from "vitest";
import { parseSql, rules, sqlLanguage, type Statement } from "../../src/index.js";
import { changesOfStatement } from "../../src/model/changes/index.js";
import type { Expression } from "../../src/model/expression.js";
import { canonical, expressionOf } from "../../src/model/expressions/index.js";
import { fixtureScripts } from "../scripts.js";
import { corpusScripts } from "./corpora.js";
import { OWN_MISREADINGS } from "./own-misreadings.js";
import { firstReading, type Fact } from "./first-reading.js";
import { isGroupedDifferently, OPERATORS, type Operator } from "./precedence.js";
import { expressionOfPgsqlAst, secondReading } from "./second-reading.js";

/*
 * Facts come from PostgreSQL's own grammar. pgsql-ast-parser is asked where it knows more about positions, and for
 * what PostgreSQL refuses, so what it reads otherwise than PostgreSQL has to be known.
 */

function second(text: string): PgsqlAst | undefined {
  try {
    const [tree, ...more] = parse(text);
    return more.length === 0 ? tree : undefined;
  } catch {
    return undefined;
  }
}

const printed = (expression: Expression | undefined) => expression && canonical(expression);

/** What `SELECT <text>` selects, as each parser reads it; undefined where one refuses it. */
function readings(text: string): [postgres: string, second: string] | undefined {
  const [statement] = parseSql(`SELECT ${text}`).body;
  if (statement?.type !== "Statement" || !("SelectStmt" in statement.tree)) return undefined;
  const target = statement.tree.SelectStmt.targetList?.[0];
  const value = target && "ResTarget" in target ? target.ResTarget.val : undefined;
  const tree = second(`SELECT ${text}`);
  const expr = tree?.type === "select" ? tree.columns?.[0]?.expr : undefined;
  const other = expr && printed(expressionOfPgsqlAst(expr));
  return value && other !== undefined ? [canonical(expressionOf(value, statement)), other] : undefined;
}

describe("operators side by side", () => {
  const isArrow = ({ words }: Operator) => words.startsWith("->");
  const isCast = ({ words }: Operator) => words.startsWith("::");

  it("group as the two tables of precedence say, so every misreading of them is listed", () => {
    let compared = 0;
    for (const one of OPERATORS.filter((operator) => !isCast(operator))) {
      for (const other of OPERATORS) {
        // The cast of a key is below: it takes the whole path.
        if (isArrow(one) && isCast(other)) continue;
        const middle = isArrow(one) ? "'b' " : one.hasOperand.written ? "b " : "";
        const text = `a ${one.words} ${middle}${other.words}${other.hasOperand.written ? " 'c'" : ""}`;
        const read = readings(text);
        if (!read) continue;
        compared++;
        expect({ text, differs: read[0] !== read[1] }).toEqual({
          text,
          differs: isGroupedDifferently(one, other),
        });
      }
    }
    expect(compared).toBeGreaterThan(1700);
  });
});

/** Everything else that pgsql-ast-parser 12.0.2 is known to read otherwise. */
const MISREADINGS: [text: string, postgres: string, second: string][] = [
  ["a || b ->> 'c'", `(("a" || "b") ->> 'c')`, `("a" || ("b" ->> 'c'))`],
  ["- a ->> 'b'", `((- "a") ->> 'b')`, `(- ("a" ->> 'b'))`],
  ["- a AT TIME ZONE 'b'", `timezone('b', (- "a"))`, `(- timezone('b', "a"))`],
  ["a -> 'b'::text", `("a" -> 'b')`, `cast(("a" -> 'b') as text)`],
  ["a::int[1]", `cast("a" as integer[])`, `cast("a" as integer)[1]`],
  ["-1::int", "(- 1)", "-1"],
  ["U&'\\0061'", "'a'", `("u" & '\\0061')`],
  // The rest is taken for the column's alias.
  ["1e3", "cast('1e3' as numeric)", "1"],
  ["0x1F", "31", "0"],
  ["1_000", "1000", "1"],
];

it.each(MISREADINGS)("%s is known to be misread", (text, postgres, other) => {
  expect(readings(text)).toEqual([postgres, other]);
});

interface Script {
  name: string;
  text: string;
}

function migrationScripts(): Script[] {
  const root = fileURLToPath(new URL("../migrations", import.meta.url));
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .map((name) => ({ name, text: readFileSync(`${root}/${name}`, "utf8") }));
}

const own: Script[] = [...fixtureScripts().map(([name, text]) => ({ name, text })), ...migrationScripts()];
const corpus = corpusScripts();

/** The WHERE clause of a statement by each parser. */
function conditions(statement: Statement, tree: PgsqlAst): [Node, Expr] | undefined {
  if (tree.type !== "select" && tree.type !== "update" && tree.type !== "delete") return undefined;
  const fields = Object.values(statement.tree)[0] as { whereClause?: Node };
  return fields.whereClause && tree.where ? [fields.whereClause, tree.where] : undefined;
}

/** Lines that only one reading has; an expression is compared where both can say it. */
function differences(first: readonly Fact[], other: readonly Fact[]): string[] {
  const lines = (facts: readonly Fact[]) => facts.map(({ says }) => says).sort();
  const [ours, theirs] = [lines(first), lines(other)];
  if (ours.join("\n") !== theirs.join("\n")) {
    return [
      ...ours.filter((line) => !theirs.includes(line)).map((line) => `PostgreSQL: ${line}`),
      ...theirs.filter((line) => !ours.includes(line)).map((line) => `pgsql-ast-parser: ${line}`),
    ];
  }
  return other.flatMap(({ says, expression }) => {
    const same = first.filter((fact) => fact.says === says).map((fact) => printed(fact.expression) ?? "");
    const theirs = printed(expression);
    if (theirs === undefined || same.includes(theirs) || same.some((text) => text.includes("`"))) return [];
    return [`${says}: PostgreSQL ${same.join(" or ")}, pgsql-ast-parser ${theirs}`];
  });
}

describe("facts of statements both accept", () => {
  function compare(scripts: readonly Script[]) {
    const counts = { statements: 0, expressions: 0 };
    const found: string[] = [];
    for (const { name, text } of scripts) {
      const program = parseSql(text, name);
      if (program.dialect.dialect !== "postgresql") continue;
      for (const statement of program.body) {
        const tree = statement.type === "Statement" ? second(statement.text) : undefined;
        if (!tree || statement.type !== "Statement") continue;
        const where = conditions(statement, tree);
        const theirs = where
          ? [{ says: "where", expression: expressionOfPgsqlAst(where[1]) }]
          : secondReading(tree);
        if (!theirs) continue;
        const [change] = where ? [] : changesOfStatement(statement);
        const ours = where
          ? [{ says: "where", expression: expressionOf(where[0], statement) }]
          : change && firstReading(change);
        counts.statements++;
        counts.expressions += theirs.filter(({ expression }) => expression !== undefined).length;
        found.push(...differences(ours ?? [], theirs).map((line) => `${name}: ${line}`));
      }
    }
    return { ...counts, found };
  }

  it("of our own scripts", () => {
    const { statements, expressions, found } = compare(own);
    expect(found).toEqual(OWN_MISREADINGS);
    expect(statements).toBeGreaterThan(150);
    expect(expressions).toBeGreaterThan(50);
  });

  it("of published packages", () => {
    const { statements, expressions, found } = compare(corpus);
    // PostgreSQL cuts a name after 63 bytes.
    const name = "sentinel_activities__target_type_target_hash_action_action_result_decision";
    expect(found).toEqual([
      `@logto/schemas: package/tables/sentinel_activities.sql: PostgreSQL: index ${name.slice(0, 63)} on sentinel_activities using btree`,
      `@logto/schemas: package/tables/sentinel_activities.sql: pgsql-ast-parser: index ${name} on sentinel_activities using btree`,
    ]);
    expect(statements).toBeGreaterThan(900);
    expect(expressions).toBeGreaterThan(700);
  });
});

describe("coverage of published packages", () => {
  /** Not PostgreSQL, with the word that shows it: it would be refused by every server. */
  const OTHER_SQL = new Map([
    // Queries, with blanks where Python is to write a condition.
    ["procrastinate: procrastinate/sql/queries.sql", "%"],
  ]);

  const programs = corpus
    .map(({ name, text }) => ({ name, text, program: parseSql(text, name) }))
    .filter(({ program }) => program.dialect.dialect === "postgresql");
  const refused = programs.flatMap(({ name, program }) =>
    program.body.flatMap((statement) =>
      statement.type === "UnparsedStatement" ? [{ name, error: statement.error }] : [],
    ),
  );
  const isOther = ({ name, error }: { name: string; error: string }) => {
    const word = OTHER_SQL.get(name);
    return word !== undefined && error.includes(`"${word}"`);
  };

  it("parses 99.8 % of the statements", () => {
    const total = programs.reduce((sum, { program }) => sum + program.body.length, 0);
    const missed = refused.filter((one) => !isOther(one));
    expect(missed.map(({ name }) => name)).toEqual([
      // A semicolon is missing.
      "matrix-synapse: synapse/storage/schema/main/delta/54/account_validity_with_renewal.sql",
      // A bare `%s`, which may be the remainder of a division by `s`.
      "temboard: temboardui/model/queries/instances-copy-as-csv.sql",
    ]);
    expect(total).toBeGreaterThan(1600);
    expect(missed.length / total).toBeLessThan(0.002);
    expect(refused.filter(isOther)).toHaveLength(2);
  });

  it("reports each of the others", () => {
    const linter = new Linter({ configType: "flat" });
    const reported = programs.flatMap(({ name, text }) => {
      const file = name.replaceAll(/[^\w./-]/g, "-");
      const messages = linter.verify(
        text,
        [
          {
            files: ["**/*.sql"],
            language: "orchestrator/sql",
            plugins: { orchestrator: { languages: { sql: sqlLanguage }, rules } },
            rules: { "orchestrator/no-unparsed-sql": "error" },
          },
        ],
        { filename: file },
      );
      return messages.filter(({ messageId }) => messageId === "statement").map(() => name);
    });
    expect(reported).toEqual(refused.map(({ name }) => name));
  });
});
