import type { AST } from "jsonc-eslint-parser";
import { coreScalar } from "./core-schema.js";
import { locate } from "./scalar.js";
import { placeOf, type Origin, type Problem, type SourceFile } from "./source.js";
import { spread, type Text } from "./text.js";
import type { DataFile, Entry, Value } from "./value.js";

/** Whether an ESLint AST is one of jsonc-eslint-parser's. */
export function isJsonProgram(ast: unknown): ast is AST.JSONProgram {
  if (typeof ast !== "object" || ast === null || !("body" in ast) || !Array.isArray(ast.body)) return false;
  const [statement] = ast.body as readonly { type?: unknown }[];
  return statement?.type === "JSONExpressionStatement";
}

/** Opens a parsed JSON file as positioned values, each read when it is asked for. */
export function openJson(program: AST.JSONProgram, file: SourceFile): DataFile {
  const problems: Problem[] = [];
  const originOf = ({ range }: { range: readonly [number, number] }): Origin => ({ file, range });

  function read(node: AST.JSONExpression | null, holder: AST.JSONExpression): Value {
    if (node === null) return { kind: "empty", origin: originOf(holder) };
    const origin = originOf(node);
    if (node.type === "JSONObjectExpression") {
      let entries: Map<string, Entry> | undefined;
      return {
        kind: "mapping",
        origin,
        get entries() {
          return (entries ??= entriesOf(node));
        },
      };
    }
    if (node.type === "JSONArrayExpression") {
      let items: Value[] | undefined;
      return {
        kind: "sequence",
        origin,
        get items() {
          return (items ??= node.elements.map((element) => read(element, node)));
        },
      };
    }
    return scalar(node, origin);
  }

  function scalar(node: AST.JSONExpression, origin: Origin): Value {
    const written = file.text.slice(...origin.range);
    const isText = node.type === "JSONLiteral" && typeof node.value === "string";
    let text: Text | undefined;
    return {
      kind: "scalar",
      origin,
      raw: isText ? node.value : written,
      isPlain: !isText,
      value: isText ? node.value : coreScalar(written),
      get text() {
        if (text) return text;
        if (!isText) return (text = locate(written, "plain", origin));
        // JSON5's single quotes know escapes, as YAML's do not.
        const isDouble = written.startsWith('"');
        text = isDouble
          ? locate(node.value, "double-quoted", origin)
          : spread(node.value, origin.range, origin);
        return text;
      },
    };
  }

  function entriesOf(node: AST.JSONObjectExpression): Map<string, Entry> {
    const entries = new Map<string, Entry>();
    for (const property of node.properties) {
      const { key } = property;
      const name = key.type === "JSONIdentifier" ? key.name : String(key.value);
      const origin = originOf(key);
      if (entries.has(name)) {
        problems.push({ message: `Key "${name}" stands twice.`, place: placeOf(origin), kind: "refused" });
        continue;
      }
      let value: Value | undefined;
      entries.set(name, {
        name,
        key: origin,
        get value() {
          return (value ??= read(property.value, property.value));
        },
      });
    }
    return entries;
  }

  const root = program.body[0].expression;
  return { file, documents: [read(root, root)], problems };
}
