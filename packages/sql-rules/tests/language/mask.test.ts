import { describe, expect, it } from "vitest";
import { maskEvolution, maskChangeSets, maskPlaceholders, maskTemplates } from "../../src/language/mask.js";
import { parseSql } from "../../src/language/parse.js";

/** What PostgreSQL's parser is given, blanks joined. */
const short = (text: string) => text.replaceAll(/\s+/g, " ").trim();

describe("maskTemplates", () => {
  it.each([
    ["a model", "select 1 from {{ ref('orders') }} o", "select 1 from orders o"],
    ["a model of a package", `select 1 from {{ ref("shop", "orders") }}`, "select 1 from orders"],
    ["a source", "select 1 from {{ source('raw', 'events') }}", "select 1 from events"],
    ["a configuration of several lines", "{{ config(\n  materialized='table'\n) }}\nselect 1", "select 1"],
    ["the model itself", "select max(a) from {{ this }}", "select max(a) from ___this___"],
    ["a block", "select 1 from a {% if is_incremental() %} where b {% endif %}", "select 1 from a where b"],
    ["a comment with a quote", "{# don't #} select 1 from {{ ref('a') }}", "select 1 from a"],
    ["trimmed blanks", "{%- set x = 1 -%} select 1 from {{- ref('a') -}}", "select 1 from a"],
  ])("%s", (_, text, masked) => {
    expect(maskTemplates(text)).toHaveLength(text.length);
    expect(short(maskTemplates(text))).toBe(masked);
  });

  it.each([
    ["an array", "INSERT INTO a VALUES ('{{1,2},{3,4}}')"],
    ["a document", `UPDATE a SET b = '{"x": {"y": {}}}'`],
    ["another template language", "SELECT {{name}} FROM a"],
  ])("leaves %s alone", (_, text) => {
    expect(maskTemplates(text)).toBe(text);
  });

  it("ends at a tag without an end, however many there are", () => {
    const text = `{{ ref('a') }}${"{% x ".repeat(1_000_000)}`;
    expect(maskTemplates(text)).toHaveLength(text.length);
  });

  it("keeps every offset of the model", () => {
    const text = "{{ config(x='y') }}\nselect a\nfrom {{ ref('orders') }} where";
    const [statement] = parseSql(text).body;
    expect(statement).toMatchObject({ type: "UnparsedStatement", error: "syntax error at end of input" });
    expect(statement?.text).toBe("select a\nfrom {{ ref('orders') }} where");
  });

  it("quotes a template as it is written", () => {
    const text = "{% macro cents(column) %}\n{{ column }} / 100\n{% endmacro %}";
    expect(parseSql(text).body[0]).toMatchObject({ error: 'syntax error at or near "{{ column }}"' });
  });
});

describe("maskEvolution", () => {
  it.each([
    ["# Users\n\n# --- !Ups\na;\n  # --- !Downs\nb;", "--Users\n\n----- !Ups\na;\n  ----- !Downs\nb;"],
    ["-- !Ups\nDO $$ BEGIN x;; END $$;", "-- !Ups\nDO $$ BEGIN x;  END $$;"],
  ])("%j", (text, masked) => {
    expect(masked).toHaveLength(text.length);
    expect(maskEvolution(text)).toBe(masked);
  });

  it("leaves other scripts alone", () => {
    const text = "SELECT a;;\n# b\n-- Ups and downs";
    expect(maskEvolution(text)).toBe(text);
  });
});

describe("maskPlaceholders", () => {
  it.each([
    ["SELECT 1 WHERE a = :name", "SELECT 1 WHERE a = _name"],
    ["SELECT 1 WHERE a = :name!", "SELECT 1 WHERE a = _name "],
    ["SELECT 1 WHERE :name != a", "SELECT 1 WHERE _name != a"],
    ["SELECT 1 WHERE a IN :names", "SELECT 1 WHERE a IN ($1  )"],
    ["SELECT 1 WHERE a NOT IN :as", "SELECT 1 WHERE a NOT IN (1)"],
    ["INSERT INTO t (a, b) VALUES :users;", "INSERT INTO t (a, b) VALUES ($1  );"],
    ["SELECT a[1:n] FROM b", "SELECT a[1:n] FROM b"],
    ["SELECT a[:n], b[1][:n]", "SELECT a[:n], b[1][:n]"],
    ["SELECT ARRAY[:a, :b]::bigint[]", "SELECT ARRAY[_a, _b]::bigint[]"],
    ["SELECT ARRAY[[:a], [x[:b]]]", "SELECT ARRAY[[_a], [x[:b]]]"],
    ["SELECT %(name)s", "SELECT __name_s"],
    ["SELECT :'name'", "SELECT  'name'"],
    [
      "CREATE TABLE @extschema@.t (v @extschema:vector@.vector)",
      "CREATE TABLE _extschema_.t (v _extschema_vector_.vector)",
    ],
    ["SELECT a @> b, a@b", "SELECT a @> b, a@b"],
  ])("%s", (text, masked) => {
    expect(maskPlaceholders(text)).toBe(masked);
  });
});

describe("maskChangeSets", () => {
  const head = "--liquibase formatted sql\n";

  it.each([
    ["one of PostgreSQL's", "--changeset x:1 dbms:postgresql\na;", "--changeset x:1 dbms:postgresql\na;"],
    [
      "one of others'",
      "--changeset x:1 dbms:mysql,h2\na; `b`\n c",
      "--changeset x:1 dbms:mysql,h2\n      \n  ",
    ],
    ["of all but another", "--changeset x:1 dbms:!oracle\na;", "--changeset x:1 dbms:!oracle\na;"],
    [
      "of all but PostgreSQL",
      "-- changeset x:1 dbms:!postgresql\na;",
      "-- changeset x:1 dbms:!postgresql\n  ",
    ],
    [
      "an open quote of another's",
      "--changeset x:1 dbms:mysql\n# don't\n--changeset x:2\nb;",
      "--changeset x:1 dbms:mysql\n       \n--changeset x:2\nb;",
    ],
  ])("%s", (_, text, masked) => {
    expect(maskChangeSets(head + text)).toBe(head + masked);
  });

  it.each([
    ["endDelimiter:/", "a $$ b; $$\n/\nc / d", "a $$ b; $$\n;\nc / d"],
    ["endDelimiter://", "a //\nb '//' //\n", "a ; \nb '//' ; \n"],
    ['endDelimiter:"\\n/\\s*\\n|\\n/\\s*$"', "a\n/\nb\n/", "a\n;\nb\n;"],
    ["endDelimiter:GO", "a GO\ngoogle\nGO", "a ; \ngoogle\n; "],
    ["endDelimiter:@@", "a @@ b\n@@", "a @@ b\n; "],
    ["runOnChange:true", "a\nGO\nb go\n  /\n", "a\n; \nb go\n  ;\n"],
    ["endDelimiter:;", "a;\nb", "a;\nb"],
  ])("makes a semicolon of what ends a statement: %s", (attributes, text, masked) => {
    const line = `--changeset x:1 ${attributes}\n`;
    expect(maskChangeSets(head + line + text)).toBe(head + line + masked);
  });

  it("takes no time for many lines without a word", () => {
    const text = `${"\n".repeat(300_000)}SELECT 1;`;
    expect(maskChangeSets(text)).toBe(text);
  });

  it.each([
    ["--ignoreLines:start\nx\n--ignoreLines:end\ny;", "--ignoreLines:start\n \n--ignoreLines:end\ny;"],
    ["--ignoreLines:1\nx\ny;", `${" ".repeat(15)}\n \ny;`],
  ])("blanks lines that are to be ignored: %j", (text, masked) => {
    expect(maskChangeSets(head + text)).toBe(head + masked);
  });

  it("leaves other scripts alone", () => {
    const text = "--changeset x:1 dbms:mysql\na;";
    expect(maskChangeSets(text)).toBe(text);
  });
});
