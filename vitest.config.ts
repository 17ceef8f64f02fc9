import { defineConfig } from "vitest/config";

const conditions = ["@orchestrator-lint/source"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["packages/*/tests/**/*.test.ts", "tests/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/fixtures/**"],
    // Engines, compilers and language servers start cold on small machines.
    testTimeout: 120_000,
    hookTimeout: 600_000,
    maxWorkers: 2,
  },
});
