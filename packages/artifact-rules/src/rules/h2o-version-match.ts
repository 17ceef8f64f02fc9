import { exactPins, hasAlternatives, isAlternative, isLockFile, referenceOf } from "../coherence/project.js";
import { LANGUAGES, pinRule } from "../rule.js";

const WHY = "a model is only known to score alike in the release that trained it.";

export default pinRule({
  meta: {
    type: "problem",
    docs: {
      description: "Require the same release of h2o in requirements, lock files, jars and models",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/h2o-version-match.md",
      recommended: true,
      view: "development",
      level: "error",
    },
    languages: LANGUAGES,
    hasSuggestions: true,
    schema: [],
    messages: {
      training: `This trains with h2o {{version}}, and {{others}} {{reference}}: ${WHY}`,
      jar: `This scores with h2o {{version}}, and {{others}} {{reference}}: ${WHY}`,
      model: `This model was trained with h2o {{version}}, and {{others}} {{reference}}: ${WHY}`,
      use: "Use {{reference}}",
    },
  },

  *find(project) {
    const places = exactPins(project);
    const reference = referenceOf(places);
    if (reference === undefined) return;
    const others = namesOf(places.filter(({ version }) => version === reference).map(({ file }) => file));
    for (const place of places) {
      const { file, pin, version } = place;
      if (version === reference || isAlternative(place, reference, places)) continue;
      const related = places
        .filter((other) => other.pin !== pin)
        .map((other) => ({
          file: other.file,
          range: other.pin.range,
          message: `${other.pin.text}: ${other.version}`,
        }));
      yield {
        file,
        range: pin.range,
        messageId: pin.role,
        data: { version, reference, others },
        related,
        ...(pin.versionRange && !isLockFile(file) && !hasAlternatives(place, places)
          ? {
              suggest: {
                messageId: "use",
                data: { reference },
                range: pin.versionRange,
                text: (pin.written ?? version).replaceAll(version, reference),
              },
            }
          : {}),
      };
    }
  },
});

/** `a says`, `a and b say`, `a and 3 more say`. */
function namesOf(files: readonly string[]): string {
  const [first = "", second, ...rest] = [...new Set(files)];
  if (second === undefined) return `${first} says`;
  return `${first} and ${rest.length > 0 ? `${rest.length + 1} more` : second} say`;
}
