import { quote } from "../../findings.js";
import type { Mojo } from "../mojo.js";
import type { Algo } from "../names.js";
import { checkIsotonic } from "./calibration.js";
import { checkClusters } from "./clusters.js";
import { checkEncodings } from "./encodings.js";
import { checkGam } from "./gam.js";
import { checkGlm } from "./glm.js";
import { checkHazards } from "./hazards.js";
import { checkExtendedIsolation } from "./isolation.js";
import { checkEnsemble, checkKLime, checkRuleFit, type Nested } from "./nested.js";
import { checkNetwork } from "./network.js";
import { checkLowRank, checkPrincipalComponents } from "./projections.js";
import { checkSharedTrees } from "./shared-trees.js";
import { checkWords } from "./words.js";
import { checkXgboost } from "./xgboost.js";

/** What each algorithm's own data is checked by; of those that are absent only the structure is. */
const CHECKS_OF: Partial<Record<Algo, (mojo: Mojo, nested: Nested) => void>> = {
  gbm: checkSharedTrees,
  drf: checkSharedTrees,
  isolationforest: checkSharedTrees,
  upliftdrf: checkSharedTrees,
  extendedisolationforest: checkExtendedIsolation,
  xgboost: checkXgboost,
  glm: checkGlm,
  gam: checkGam,
  deeplearning: checkNetwork,
  kmeans: checkClusters,
  pca: checkPrincipalComponents,
  glrm: checkLowRank,
  stackedensemble: checkEnsemble,
  rulefit: checkRuleFit,
  klime: checkKLime,
  word2vec: checkWords,
  coxph: checkHazards,
  targetencoder: checkEncodings,
  isotonicregression: checkIsotonic,
};

/** Checks what an algorithm keeps beside the columns; says so where nothing is known of it. */
export function checkAlgorithm(mojo: Mojo, nested: Nested): void {
  const { algo, findings, info } = mojo;
  if (algo === undefined) return;
  const check = CHECKS_OF[algo];
  if (check) check(mojo, nested);
  else
    findings.add(
      "not-verified",
      `Models of ${quote(algo)} were not verified beyond the archive's structure.`,
      info.where("algorithm"),
    );
}
