import { looksLikeMojo, verifyArtifact, type Artifact } from "@orchestrator-lint/artifact-rules";
import type { Level as Setting } from "eslint-plugin-orchestrator";
import packageJson from "../../package.json" with { type: "json" };
import type { EngineRun, Result } from "../result.js";
import { unreadFile } from "./eslint.js";

export interface ArtifactRunOptions {
  /** Directory the file paths are relative to, absolute and real. */
  root: string;
  /** Level of `verify-mojo`: off says nothing, warn makes warnings of errors. */
  setting: Setting;
  /** Whether every file was asked for; otherwise only those that look like MOJOs, or that code loads as such. */
  isAsked: boolean;
  /** Files that code loads as MOJOs. */
  loaded: ReadonlySet<string>;
  /** The digest that the one file has to have. */
  digest?: string;
  unreadLevel: "warning" | "error";
  progress: (text: string) => void;
}

/** Where a finding about a binary file stands. */
const WHOLE = { line: 1, column: 1, endLine: 1, endColumn: 1 };

/** Verifies the artifacts among some files. */
export function runArtifacts(
  files: readonly string[],
  options: ArtifactRunOptions,
): { run: EngineRun; artifacts: Artifact[] } {
  const { root, setting, isAsked, loaded, digest, unreadLevel, progress } = options;
  const artifacts: Artifact[] = [];
  if (setting !== "off") {
    for (const [index, file] of files.entries()) {
      progress(`Verifying ${index + 1} of ${files.length}: ${file}…`);
      if (isAsked || loaded.has(file) || looksLikeMojo(root, file))
        artifacts.push(verifyArtifact(root, file, digest === undefined ? {} : { digest }));
    }
  }
  const results = artifacts.flatMap((artifact) =>
    artifact.unread === undefined
      ? resultsOf(artifact, setting)
      : [unreadFile(artifact.file, artifact.unread, unreadLevel)],
  );
  return { run: { engine: "artifact", version: packageJson.version, results, failures: [] }, artifacts };
}

function resultsOf({ file, findings }: Artifact, setting: Setting): Result[] {
  return findings.map(({ check, level, message, entry, line }) => {
    const place = entry === undefined ? "" : `${entry}${line === undefined ? "" : `:${line}`}: `;
    return {
      rule: "verify-mojo",
      level: setting === "warn" ? "warning" : level,
      message: `${place}${message} (${check})`,
      file,
      ...WHOLE,
      suggestions: [],
      check,
      ...(entry === undefined ? {} : { subject: `${file}!${entry}` }),
    };
  });
}
