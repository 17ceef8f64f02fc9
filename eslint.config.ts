import js from "@eslint/js";
import eslintPlugin from "eslint-plugin-eslint-plugin";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  globalIgnores([
    "**/dist/",
    "**/fixtures/",
    "**/tests/data/",
    "examples/",
    ".scratch/",
    "packages/semgrep-rules/rules/",
  ]),
  {
    files: ["**/*.ts"],
    extends: [
      js.configs.recommended,
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
    ],
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // Indexes just found by a search or a match are there; the code around says why.
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_", argsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["**/*.{js,mjs}"],
    extends: [js.configs.recommended],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly" } },
  },
  {
    files: ["packages/*/src/rules/*.ts"],
    ignores: ["packages/*/src/rules/index.ts"],
    extends: [eslintPlugin.configs["rules-recommended"]],
    rules: {
      "eslint-plugin/require-meta-languages": "error",
      "eslint-plugin/require-meta-schema": "error",
      "eslint-plugin/report-message-format": ["error", "^[^a-z].*\\.$"],
      "eslint-plugin/require-meta-docs-description": [
        "error",
        { pattern: "^(Enforce|Require|Disallow|Prefer) .+[^. ]$" },
      ],
      "eslint-plugin/require-meta-docs-url": [
        "error",
        {
          pattern: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/{{name}}.md",
        },
      ],
    },
  },
  {
    // Most of it runs too seldom to be optimized, and until then an iterator makes an object for every element.
    files: ["packages/python-rules/src/model/{facts,graph}/*.ts"],
    rules: { "@typescript-eslint/prefer-for-of": "off" },
  },
  {
    files: ["**/tests/**/*.ts", "tools/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
    },
  },
);
