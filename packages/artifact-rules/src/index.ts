export * from "./verifier.js";
export {
  looksLikeMojo,
  verifyArtifact,
  writeDigest,
  type Artifact,
  type ArtifactOptions,
} from "./artifact.js";
export { archivesLoadedBy } from "./references.js";
export { cardOf } from "./card.js";
export { ARTIFACT_RULES, type ArtifactRule } from "./catalogue.js";
export { checkCoherence, type CoherenceFinding } from "./check.js";
export * from "./coherence/index.js";
export { dockerfileLanguage, requirementsLanguage } from "./language/text-language.js";
export { tomlParser } from "./language/toml-parser.js";
export { rules } from "./rules/index.js";
