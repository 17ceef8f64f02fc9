import { compareReleases } from "../coherence/pin.js";
import { trainingPins } from "../coherence/project.js";
import { LANGUAGES, pinRule } from "../rule.js";

/** The first release whose open-source build does not export MOJOs and POJOs. */
const GATED = "3.46.0.12";

export default pinRule({
  meta: {
    type: "problem",
    docs: {
      description: "Disallow releases of h2o whose open-source build refuses to export MOJOs",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/h2o-export-gated.md",
      recommended: true,
      view: "development",
      level: "error",
    },
    languages: LANGUAGES,
    schema: [],
    messages: {
      gated:
        "The open-source build of h2o {{release}} refuses to export MOJOs and POJOs, as every release from {{gated}} on does: the training runs and nothing can be deployed.",
    },
  },

  *find(project) {
    if (project.isSecure) return;
    for (const { file, pin } of trainingPins(project)) {
      const release = pin.version ?? pin.least;
      if (release === undefined || compareReleases(release, GATED) < 0) continue;
      yield { file, range: pin.range, messageId: "gated", data: { release, gated: GATED } };
    }
  },
});
