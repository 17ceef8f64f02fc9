export * from "./verifier.js";
export {
  looksLikeMojo,
  verifyArtifact,
  writeDigest,
  type Artifact,
  type ArtifactOptions,
} from "./artifact.js";
export { cardOf } from "./card.js";
export { ARTIFACT_RULES, type ArtifactRule } from "./catalogue.js";
export * from "./coherence/index.js";
