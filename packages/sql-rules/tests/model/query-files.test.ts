import { describe, expect, it } from "vitest";
import { parseSql } from "../../src/language/parse.js";
import type { Expression } from "../../src/model/expression.js";
import { factsOf } from "../../src/model/facts.js";

/** Tables and conditions of a file's queries, in short. */
function queriesIn(text: string): string[] {
  const { queries, unread } = factsOf(parseSql(text), "/app/queries/x.sql");
  expect(unread).toEqual([]);
  return queries.map(({ sources, conditions }) => {
    const tables = sources.map(({ table }) => table).join(", ");
    return `${tables}: ${conditions.map(({ expression }) => shape(expression)).join(" and ")}`;
  });
}

function shape(expression: Expression): string {
  if (expression.kind === "operator") {
    const left = expression.left ? `${shape(expression.left)} ` : "";
    return `${left}${expression.name} ${shape(expression.right)}`;
  }
  if (expression.kind === "cast") return `${shape(expression.arg)}::${expression.type.name}`;
  if (expression.kind === "column") return expression.name;
  return expression.kind === "literal" ? String(expression.value) : expression.kind;
}

describe("files of queries", () => {
  it.each([
    [
      "sqlc",
      `-- name: ListEvents :many
SELECT * FROM events WHERE data ->> 'kind' = $1 AND data @> @filter::jsonb LIMIT sqlc.narg('n');
-- name: ByKinds :one
SELECT sqlc.embed(e) FROM events e WHERE e.data ->> 'kind' = sqlc.arg(kind);`,
      ["events: data ->> kind = parameter and data @> parameter::jsonb", "events: data ->> kind = parameter"],
    ],
    [
      "dbt",
      `{{ config(materialized='incremental') }}
select id from {{ ref('stg_events') }}
where data ->> 'kind' = 'a'
{% if is_incremental() %} and id > (select max(id) from {{ this }}) {% endif %}`,
      ["stg_events: data ->> kind = a and id > opaque"],
    ],
    [
      "pgtyped",
      `/* @name FindEvents
   @param ids -> (...)
*/
SELECT * FROM events WHERE id IN :ids AND data ->> 'kind' = :kind!;`,
      ["events: id = parameter and data ->> kind = parameter"],
    ],
    [
      "aiosql",
      `-- name: by-kind
-- Documents it.
SELECT * FROM events WHERE data ->> 'kind' = :kind;

-- name: remove!
DELETE FROM features WHERE id = :id;`,
      ["events: data ->> kind = parameter", "features: id = parameter"],
    ],
    [
      "PugSQL",
      `-- :name find_events :many
select * from events where data ->> 'kind' = :kind`,
      ["events: data ->> kind = parameter"],
    ],
    [
      "Yesql",
      `-- name: count-events$
select count(*) from events where data ->> 'kind' = :kind`,
      ["events: data ->> kind = parameter"],
    ],
    [
      "Prisma's TypedSQL",
      `-- @param {String} $1:kind
SELECT id FROM "Event" WHERE data ->> 'kind' = $1`,
      ["Event: data ->> kind = parameter"],
    ],
    [
      "SQLx",
      `SELECT id AS "id!", data AS "data: Json<Data>" FROM events WHERE data ->> 'kind' = $1`,
      ["events: data ->> kind = parameter"],
    ],
    [
      "PostGraphile and Hasura",
      `create function app_public.search(kind text) returns setof app_public.events as $$
  select * from app_public.events where data ->> 'kind' = 'a';
$$ language sql stable;`,
      ["events: data ->> kind = a"],
    ],
  ])("%s", (_, text, expected) => {
    expect(queriesIn(text)).toEqual(expected);
  });

  it("keeps sqlc's parameters apart from absolute values", () => {
    expect(queriesIn("SELECT 1 FROM a WHERE b = @ c AND d = @e AND f = @ -1")).toEqual([
      "a: b = @ c and d = parameter and f = @ -1",
    ]);
  });
});
