/** Seconds of processor time for a tree of some size. */
export interface Growth {
  bytes: number;
  ruff: number;
  cold: number;
  warm: number;
}

const LINES = [
  { key: "cold", color: "#d1495b", words: "the Radar, cold" },
  { key: "ruff", color: "#30638e", words: "ruff" },
  { key: "warm", color: "#4f9d69", words: "the Radar, warm" },
] as const;

/**
 * A Mermaid chart of how processor time grows with the tree, and a line that says which of its lines is which: Mermaid
 * draws no legend.
 *
 * @param rows - by size
 */
export function growthChart(rows: readonly Growth[]): string {
  const seconds = (values: readonly number[]) => `[${values.map((value) => value.toFixed(2)).join(", ")}]`;
  const most = Math.max(0, ...rows.flatMap(({ ruff, cold, warm }) => [ruff, cold, warm]));
  const palette = LINES.map(({ color }) => color).join(", ");
  const legend = LINES.map(({ color, words }) => `${words} (\`${color}\`)`).join(", ");
  return `Processor time over generated trees: ${legend}. The steps between the sizes are not to scale.

\`\`\`mermaid
---
config:
  themeVariables:
    xyChart:
      plotColorPalette: "${palette}"
---
xychart-beta
  title "Seconds of processor time by megabytes of Python"
  x-axis "MB of Python" [${rows.map(({ bytes }) => (bytes / 1e6).toFixed(1)).join(", ")}]
  y-axis "seconds" 0 --> ${Math.max(1, Math.ceil(1.1 * most))}
${LINES.map(({ key }) => `  line ${seconds(rows.map((row) => row[key]))}`).join("\n")}
\`\`\``;
}
