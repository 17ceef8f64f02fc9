export const FORMATS = ["stylish", "json", "sarif", "github"] as const;
/** Pictures of the execution flow: the chains of calls that the Radar found. */
export const PICTURES = ["html", "svg", "mermaid", "dot"] as const;
export type Format = (typeof FORMATS)[number] | (typeof PICTURES)[number];
