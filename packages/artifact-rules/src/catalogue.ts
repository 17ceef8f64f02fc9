import { rules } from "./rules/index.js";

const DOCS = "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules";

/** A rule about artifacts, as the catalogue lists it. */
export interface ArtifactRule {
  readonly name: string;
  readonly description: string;
  readonly level: "error" | "warning";
  readonly url: string;
}

/** The rules about artifacts, by the engine that is not ESLint and not Semgrep; ESLint has all but the last as well. */
export const ARTIFACT_RULES: readonly ArtifactRule[] = [
  ...Object.entries(rules).map(([name, { meta }]): ArtifactRule => ({
    name,
    description: meta.docs.description,
    level: meta.docs.level === "warn" ? "warning" : "error",
    url: `${DOCS}/${name}.md`,
  })),
  {
    name: "verify-mojo",
    description: "Disallow MOJO archives that are damaged, contradict themselves, or are not MOJOs",
    level: "error",
    url: `${DOCS}/verify-mojo.md`,
  },
];
