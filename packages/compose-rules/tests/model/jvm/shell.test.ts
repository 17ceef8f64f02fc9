import { expect, test } from "vitest";
import { spread, UNKNOWN } from "../../../src/language/text.js";
import { parseShell, splitWords } from "../../../src/model/jvm/shell.js";

const VARIABLES: Readonly<Record<string, string>> = { OPTS: "-Xmx1g  -Xms1g", ONE: "-Xmx2g", EMPTY: "" };
const variables = (name: string) => (VARIABLES[name] === undefined ? undefined : spread(VARIABLES[name]));
const commands = (script: string) =>
  parseShell(spread(script), variables).map(({ words }) => words.map(({ value }) => value));

test.each([
  ["java -Xmx1g -jar 'a b.jar' $JAVA_OPTS", ["java", "-Xmx1g", "-jar", "a b.jar", "$JAVA_OPTS"]],
  ['sh -c "java -Xmx1g"', ["sh", "-c", "java -Xmx1g"]],
  ["a\\ b c\n  d", ["a b", "c", "d"]],
  ["java -Xmx1g && echo", ["java", "-Xmx1g"]],
  ["java > log", ["java"]],
  ["  ", []],
])("Compose splits %j", (text, words) => {
  expect(splitWords(spread(text)).map(({ value }) => value)).toEqual(words);
});

test.each<[string, string[][]]>([
  ["java $OPTS -jar x.jar", [["java", "-Xmx1g", "-Xms1g", "-jar", "x.jar"]]],
  ['java "$OPTS" a', [["java", "-Xmx1g  -Xms1g", "a"]]],
  ["java '$OPTS'", [["java", "$OPTS"]]],
  ["java ${ONE} x${ONE}y", [["java", "-Xmx2g", "x-Xmx2gy"]]],
  ["java $EMPTY a", [["java", "a"]]],
  ["java $NOBODY", [["java", UNKNOWN]]],
  ["java ${NOBODY:--Xmx3g -Xms3g} a", [["java", "-Xmx3g", "-Xms3g", "a"]]],
  ["java ${EMPTY:-x} ${EMPTY-x} ${ONE:+y}", [["java", "x", "y"]]],
  ["java $(cat opts) `cat opts` a", [["java", UNKNOWN, UNKNOWN, "a"]]],
  ["java ${ONE%g} $1 $$ a$", [["java", UNKNOWN, UNKNOWN, UNKNOWN, "a$"]]],
  ["sleep 5 && java -jar a.jar || exit 1; b & c | d", [["sleep", "5"], ["java", "-jar", "a.jar"], ["exit", "1"], ["b"], ["c"], ["d"]]],
  ["a # java b\nc", [["a"], ["c"]]],
  ["a 2>&1 >/dev/null b", [["a", "b"]]],
  ["(cd /app; java x)", [["cd", "/app"], ["java", "x"]]],
  ["if [ -f x ]; then java a; else java b; fi; c", [["[", "-f", "x", "]"], ["java", "a"], ["java", "b"], ["c"]]],
  ["O=-Xmx4g; java $O", [["java", "-Xmx4g"]]],
  ["export O=-Xmx4g P; java $O", [["java", "-Xmx4g"]]],
  ["[ -n x ] && O=-Xmx4g; java $O", [["[", "-n", "x", "]"], ["java", UNKNOWN]]],
  ["if true; then O=-Xmx4g; fi; java $O", [["true"], ["java", UNKNOWN]]],
  ["java -Xmx1g \\\n  -jar a", [["java", "-Xmx1g", "-jar", "a"]]],
  ['echo "unterminated', [["echo", "unterminated"]]],
  ["echo 'unterminated", [["echo", "unterminated"]]],
  ["echo ${ONE", [["echo", UNKNOWN]]],
])("a shell reads %j", (script, expected) => {
  expect(commands(script)).toEqual(expected);
}); // prettier-ignore

test("variables set for a command go to that command, exported ones to all that follow", () => {
  const result = parseShell(spread("export A=1; B=2; C=3 java x; java y"), variables);
  expect(result.map(({ assignments }) => [...assignments].map(([name, { value }]) => name + value))).toEqual([
    ["A1", "C3"],
    ["A1"],
  ]);
});

test("a variable that doubles itself is given up, not unfolded", () => {
  const script = `A=xxxxxxxxxx\n${"A=$A$A\n".repeat(200)}echo $A`;
  expect(commands(script)).toEqual([["echo", UNKNOWN]]);
});
