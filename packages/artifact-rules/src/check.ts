import type { PinFile } from "./coherence/pin.js";
import type { PinProject } from "./coherence/project.js";
import type { Place } from "./rule.js";
import { rules } from "./rules/index.js";

/** One thing found about the releases of h2o. */
export interface CoherenceFinding extends Place {
  readonly rule: keyof typeof rules;
  readonly message: string;
  /** Every other place that decides a release, with what it says. */
  readonly related: readonly (Place & { readonly message: string })[];
  /** The edit that would make it agree, where one is sure. */
  readonly suggestion?: {
    readonly description: string;
    readonly range: readonly [number, number];
    readonly text: string;
  };
}

/**
 * Holds every place that decides a release of h2o against the others: what the rules say in ESLint, without it.
 *
 * @param files - what each file says, by path relative to the root
 * @param models - the release inside each MOJO, by path
 */
export function checkCoherence(
  files: ReadonlyMap<string, PinFile>,
  models: ReadonlyMap<string, string>,
  { isSecure = false }: { readonly isSecure?: boolean } = {},
): CoherenceFinding[] {
  const project: PinProject = { files, models, isSecure };
  return Object.entries(rules).flatMap(([rule, { find, meta }]) =>
    Array.from(find(project), ({ file, range, messageId, data = {}, related = [], suggest }) => ({
      rule: rule as keyof typeof rules,
      file,
      range,
      message: filled(meta.messages[messageId], data),
      related,
      ...(suggest
        ? {
            suggestion: {
              description: filled(meta.messages[suggest.messageId], suggest.data),
              range: suggest.range,
              text: suggest.text,
            },
          }
        : {}),
    })),
  );
}

/** A message with its placeholders filled in, as ESLint does it. */
function filled(message = "", data: Readonly<Record<string, string>>): string {
  return message.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => data[name] ?? whole);
}
