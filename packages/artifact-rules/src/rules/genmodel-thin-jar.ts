import { LANGUAGES, pinRule } from "../rule.js";

export default pinRule({
  meta: {
    type: "problem",
    docs: {
      description: "Disallow the h2o-genmodel jar without the jars it needs",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/genmodel-thin-jar.md",
      recommended: true,
      view: "development",
      level: "warn",
    },
    languages: LANGUAGES,
    schema: [],
    messages: {
      thin: "This jar is h2o-genmodel alone: without h2o-tree-api, h2o-logger, gson and the others it loads no model. Take the jar that get_genmodel_jar=True exports, or all of its dependencies.",
    },
  },

  *find({ files }) {
    for (const [file, { thinJar }] of files) {
      if (thinJar) yield { file, range: thinJar, messageId: "thin" };
    }
  },
});
