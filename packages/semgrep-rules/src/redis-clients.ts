import type { GeneratedRule } from "./generator/index.js";
import { shippedRules } from "./presets.js";
import { realSystem, type System } from "./system.js";

/** The regexes by which the rules tell a Redis client: its name, its class, and a file that has to do with Redis. */
const SIGNS = [
  String.raw`(?:async|aio)?redis(?:_?(?:client|conn|connection|db))?\b`,
  String.raw`(?:async|strict|aio)?redis(?:cluster)?\b`,
  String.raw`^[^#\n]*redis(?s:.*)`,
];

/**
 * The rules about Redis, for code that reaches it through wrappers of its own.
 *
 * @param names - of the wrappers' classes, or of variables and attributes that hold one: letters, digits and `_`
 * @returns rule files that know them
 * @throws where a rule has none of the regexes that are known here
 */
export function redisRules(
  names: readonly string[],
  system: Pick<System, "read"> = realSystem(),
): GeneratedRule[] {
  const own = names.join("|");
  return shippedRules(system)
    .filter(({ id }) => id.startsWith("redis-"))
    .map(({ id, file }) => {
      const shipped = system.read(file)?.toString("utf8") ?? "";
      const text = SIGNS.reduce(
        // The word and what may stand around it become one of several; what comes before and after stays.
        (rule, sign) =>
          rule.replaceAll(sign, sign.replace(/(?:\(\?:async.*\)\?)?redis(?:\(\?:.*\)\?)?/u, `(?:$&|${own})`)),
        shipped,
      );
      if (text === shipped) throw new Error(`${file}: no sign of a Redis client.`);
      return { id, text };
    });
}
