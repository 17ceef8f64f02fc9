const DOCS = "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules";

/** A rule that no linter can host, as the catalogue lists it. */
export interface ArtifactRule {
  readonly name: string;
  readonly description: string;
  readonly level: "error" | "warning";
  readonly url: string;
}

/** The rules about artifacts, by the engine that is not ESLint and not Semgrep. */
export const ARTIFACT_RULES: readonly ArtifactRule[] = [
  {
    name: "verify-mojo",
    description: "Disallow MOJO archives that are damaged, contradict themselves, or are not MOJOs",
    level: "error",
    url: `${DOCS}/verify-mojo.md`,
  },
];
