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
    name: "h2o-exact-pin",
    description: "Require one exact release of h2o wherever it is installed",
    level: "error",
    url: `${DOCS}/h2o-exact-pin.md`,
  },
  {
    name: "h2o-version-match",
    description: "Require the same release of h2o in requirements, lock files, jars and models",
    level: "error",
    url: `${DOCS}/h2o-version-match.md`,
  },
  {
    name: "h2o-export-gated",
    description: "Disallow releases of h2o whose open-source build refuses to export MOJOs",
    level: "error",
    url: `${DOCS}/h2o-export-gated.md`,
  },
  {
    name: "genmodel-thin-jar",
    description: "Disallow the h2o-genmodel jar without the jars it needs",
    level: "warning",
    url: `${DOCS}/genmodel-thin-jar.md`,
  },
  {
    name: "verify-mojo",
    description: "Disallow MOJO archives that are damaged, contradict themselves, or are not MOJOs",
    level: "error",
    url: `${DOCS}/verify-mojo.md`,
  },
];
