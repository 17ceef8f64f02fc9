import { placeOfText, slice, type Text } from "../language/text.js";
import { meantOption } from "../model/jvm/meant.js";
import { processesOf } from "../model/jvm/process.js";
import { labelOf } from "../model/label.js";
import { editOf, type Project } from "../model/workload.js";
import { LANGUAGES, projectRule } from "../rule.js";

export default projectRule({
  meta: {
    type: "problem",
    docs: {
      description: "Require heap options that the JVM accepts",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/valid-jvm-options.md",
      recommended: true,
      view: "physical",
      level: "error",
    },
    languages: LANGUAGES,
    hasSuggestions: true,
    schema: [],
    messages: {
      aborts: 'The JVM of {{workload}} does not start: it stops with "{{because}}".',
      write: "Write {{option}}.",
    },
  },

  *find(project, _options, { images }) {
    for (const workload of project.workloads) {
      for (const { heap } of processesOf(workload, images)) {
        if (heap.kind !== "abort") continue;
        yield {
          place: (heap.word && placeOfText(heap.word)) ?? workload.place,
          messageId: "aborts",
          data: { workload: labelOf(workload), because: heap.because },
          subject: workload.subject,
          suggest: heap.word ? suggestions(heap.word, project) : [],
        };
      }
    }
  },
});

function suggestions(word: Text, project: Project) {
  const meant = meantOption(word.value);
  if (!meant) return [];
  const { start, text, option } = meant;
  const edit = editOf(slice(word, start), text, project);
  return edit ? [{ messageId: "write", data: { option }, edits: [edit] }] : [];
}
