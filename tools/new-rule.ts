/**
 * Scaffolds a rule: `npm run new-rule -- <package> <name>`. Packages: sql-rules, compose-rules, python-rules, semgrep-rules.
 * What it writes fails the tests until the rule, its fixtures and its page are real.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const REPOSITORY = "https://github.com/orchestrator-lint/orchestrator-lint";
const [target = "", name = ""] = process.argv.slice(2);

const url = `${REPOSITORY}/blob/main/docs/rules/${name}.md`;

function eslintRule(type: string, guard: string, view: string, languages: string, extra: string): string {
  return `import { ${guard}type ${type} } from "../rule.js";

export default {
  meta: {
    type: "problem",
    docs: {
      description: "Require something worth having",
      url: "${url}",
      recommended: true,
      view: "${view}",
      level: "error",${extra}
    },
    languages: ${languages},
    schema: [],
    messages: { found: "Say what is wrong here and why it bites." },
  },

  create() {
    return {};
  },
} satisfies ${type};
`;
}

const projectRule = `import { LANGUAGES, projectRule } from "../rule.js";

export default projectRule({
  meta: {
    type: "problem",
    docs: {
      description: "Require something worth having",
      url: "${url}",
      recommended: true,
      view: "physical",
      level: "error",
    },
    languages: LANGUAGES,
    schema: [],
    messages: { found: "Say what is wrong here and why it bites." },
  },

  *find(project) {
    for (const { place, subject, isBuilt } of project.workloads) {
      if (isBuilt) yield { place, messageId: "found", subject };
    }
  },
});
`;

const semgrepRule = `rules:
  - id: ${name}
    languages: [python]
    severity: ERROR
    message: Say what is wrong here and why it bites.
    metadata:
      category: correctness
      technology: [python]
      confidence: HIGH
      likelihood: HIGH
      impact: HIGH
      shortDescription: Disallow something that bites
      source: ${url}
      references: [https://docs.python.org/3/library/asyncio-dev.html]
      view: process
      recommended: true
    pattern: something_that_bites(...)
`;

const page = `# ${name}

<!-- begin header -->
<!-- end header -->

${["What it does", "Why it bites", "Incorrect", "Correct", "Options", "Fix safety", "When not to use it", "References"].map((heading) => `## ${heading}\n`).join("\n")}`;

const fixtures = (folder: string, extension: string, comment: string): Record<string, string> => ({
  [`packages/${folder}/tests/fixtures/${name}/bad.${extension}`]: `${comment} ruleid: ${name}\n`,
  [`packages/${folder}/tests/fixtures/${name}/good.${extension}`]: `${comment} ok: ${name}\n`,
});

const FILES: Record<string, () => Record<string, string>> = {
  "sql-rules": () => ({
    [`packages/sql-rules/src/rules/${name}.ts`]: eslintRule(
      "SqlRule",
      "",
      "logical",
      '["orchestrator/sql"]',
      '\n      code: "OR99",',
    ),
    ...fixtures("sql-rules", "sql", "--"),
  }),
  "compose-rules": () => ({
    [`packages/compose-rules/src/rules/${name}.ts`]: projectRule,
    ...fixtures("compose-rules", "yaml", "#"),
  }),
  "python-rules": () => ({
    [`packages/python-rules/src/rules/${name}.ts`]: eslintRule(
      "PythonRule",
      "",
      "process",
      '["orchestrator/python"]',
      "",
    ),
    ...fixtures("python-rules", "py", "#"),
  }),
  "semgrep-rules": () => ({
    [`packages/semgrep-rules/rules/process/${name}.yaml`]: semgrepRule,
    [`packages/semgrep-rules/rules/process/${name}.py`]: `# ruleid: ${name}\nsomething_that_bites()\n\n# ok: ${name}\nsomething_harmless()\n`,
  }),
};

const files = FILES[target];
if (!files || !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/.test(name)) {
  console.error(`Usage: npm run new-rule -- <${Object.keys(FILES).join("|")}> <name-in-kebab-case>`);
  process.exit(2);
}
const all = { ...files(), [`docs/rules/${name}.md`]: page };
const taken = Object.keys(all).filter((file) => existsSync(path.join(root, file)));
if (taken.length > 0) {
  console.error(`Already there: ${taken.join(", ")}`);
  process.exit(2);
}
for (const [file, text] of Object.entries(all)) {
  const absolute = path.join(root, file);
  mkdirSync(path.dirname(absolute), { recursive: true });
  writeFileSync(absolute, text);
  console.log(`wrote ${file}`);
}
console.log("Now: npm run generate && npm test");
