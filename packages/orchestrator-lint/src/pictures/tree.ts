import { sortResults, type Report, type Result } from "../result.js";

/** More blocking calls, or ways to one, are counted instead. */
const MAX_CAUSES = 20;
const MAX_WAYS = 6;

interface Branch {
  text: string;
  inner: Map<string, Branch>;
}

/** Every blocking call with what leads to it, the nearest function first, as a tree for a terminal. */
export function toTree(report: Report): string {
  const results = report.runs
    .filter(({ engine }) => engine === "radar")
    .flatMap((run) => sortResults(run.results))
    .filter(({ flows, suppression }) => !suppression && flows?.some((flow) => flow.length > 1));
  const shown = results.slice(0, MAX_CAUSES).map(treeOf);
  const rest = results.length - shown.length;
  if (rest > 0) shown.push(`… and ${rest} more blocking calls.\n`);
  return shown.join("\n");
}

function treeOf({ flows = [], subjects = [], tier = "" }: Result): string {
  const cause = flows[0]?.at(-1);
  const root: Branch = { text: `${cause?.name ?? ""}()  ${tier}`, inner: new Map() };
  flows.slice(0, MAX_WAYS).forEach((flow, way) => {
    let at = root;
    for (let i = flow.length - 1; i >= 0; i--) {
      const { file, line } = flow[i]!;
      const name = i === 0 ? `async ${subjects[way] ?? ""}` : `${flow[i - 1]!.name ?? ""}()`;
      const text = `${name}  ${file}:${line}`;
      const next = at.inner.get(text) ?? { text, inner: new Map<string, Branch>() };
      at.inner.set(text, next);
      at = next;
    }
  });
  const rest = flows.length - MAX_WAYS;
  if (rest > 0) root.inner.set("", { text: `… and ${rest} more ways`, inner: new Map() });
  return `${lines(root).join("\n")}\n`;
}

function lines({ text, inner }: Branch): string[] {
  const branches = [...inner.values()];
  return [
    text,
    ...branches.flatMap((branch, i) => {
      const isLast = i === branches.length - 1;
      const [first = "", ...rest] = lines(branch);
      return [`${isLast ? "└─" : "├─"} ${first}`, ...rest.map((line) => `${isLast ? "  " : "│ "} ${line}`)];
    }),
  ];
}
