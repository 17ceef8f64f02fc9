import { isPinnedElsewhere, placedPins } from "../coherence/project.js";
import { LANGUAGES, pinRule } from "../rule.js";

export default pinRule({
  meta: {
    type: "problem",
    docs: {
      description: "Require one exact release of h2o wherever it is installed",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/h2o-exact-pin.md",
      recommended: true,
      view: "development",
      level: "error",
    },
    languages: LANGUAGES,
    schema: [],
    messages: {
      open: '"{{text}}" does not pin h2o to one release of four numbers: what trains tomorrow may not be what scores.',
      jar: '"{{text}}" does not pin h2o-genmodel to one release of four numbers: what scores tomorrow may not be what trained.',
    },
  },

  *find(project) {
    for (const { file, pin } of placedPins(project)) {
      const isJar = pin.role === "jar";
      if (
        pin.version !== undefined ||
        pin.isUnresolved === true ||
        (!isJar && isPinnedElsewhere(file, project))
      )
        continue;
      yield { file, range: pin.range, messageId: isJar ? "jar" : "open", data: { text: pin.text } };
    }
  },
});
