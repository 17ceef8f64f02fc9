import { expect, it } from "vitest";
import { parseYAML } from "yaml-eslint-parser";
import { withoutDefinitions } from "../../src/language/definitions.js";

const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: jobs.example.com
spec:
  versions: [{ name: v1 }]
`;
const job = `kind: Job
spec:
  text: |
    kind: CustomResourceDefinition
    ---
`;

it("blanks documents that define custom resources, and leaves the rest where it stands", () => {
  const text = `# An operator.\n${definition}---\n${job}--- # next\n${definition}`;
  const left = withoutDefinitions(text);
  expect(left).toHaveLength(text.length);
  expect(left.trim()).toBe(`---\n${job}---`);
  expect(left.indexOf("kind: Job")).toBe(text.indexOf("kind: Job"));
  const jobs = [text, left].map((one) =>
    parseYAML(one).body.find(({ range: [start, end] }) => text.slice(start, end).includes("kind: Job")),
  );
  expect(jobs[0]).toBeDefined();
  expect(jobs.map((one) => [one!.range, one!.loc])).toEqual([
    [jobs[0]!.range, jobs[0]!.loc],
    [jobs[0]!.range, jobs[0]!.loc],
  ]);
});

it.each([
  ["there is none", job],
  ["the linter is told something in it", `${definition}# eslint-disable\n---\n${job}`],
  ["another document begins behind its end", `${definition}...\n${job}`],
  ["only a part of it is called so", `kind: List\nitems:\n  - kind: CustomResourceDefinition\n`],
])("leaves a text as it is where %s", (_, text) => {
  expect(withoutDefinitions(text)).toBe(text);
});

it("keeps line ends as they are", () => {
  const text = `${definition}---\n${job}`.replaceAll("\n", "\r\n");
  const left = withoutDefinitions(text);
  expect(left).toHaveLength(text.length);
  expect(left.trim()).toBe(`---\n${job}`.trim().replaceAll("\n", "\r\n"));
});
