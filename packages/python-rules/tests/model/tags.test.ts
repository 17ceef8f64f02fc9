import { expect, it } from "vitest";
import { tagsOfFile } from "../../src/model/radar/tags.js";

it.each([
  ["tests/unit/a.py", ["test"]],
  ["app/testing/a.py", ["test"]],
  ["cypress/e2e/main.py", ["test"]],
  ["app/integration_tests/a.py", ["test"]],
  ["tests_explain/a.py", ["test"]],
  ["app/conftest.py", ["test"]],
  ["app/test_a.py", ["test"]],
  ["app/a_test.py", ["test"]],
  ["tools/release.py", ["script"]],
  ["backend/scripts/seed.py", ["script"]],
  ["tutorials/mcp/client.py", ["script"]],
  ["app/agents/tools/search.py", []],
  ["app/ab_test/assign.py", []],
  ["app/contests/a.py", []],
  ["app/latest/a.py", []],
  ["app/attest.py", []],
])("%s is %s", (file, tags) => {
  expect(tagsOfFile(file)).toEqual(tags);
});
