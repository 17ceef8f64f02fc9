import { fileURLToPath } from "node:url";
import { describeFixtures } from "../src/vitest.js";
import { toyAdapter } from "./support.js";

// The helper as users call it: these declare the tests, and fail when a fixture does.
describeFixtures({
  adapter: toyAdapter(),
  fixtures: fileURLToPath(new URL("fixtures/toy", import.meta.url)),
  rules: ["match"],
});
