import type { FileFacts } from "./facts.js";

/** The value of a function of a file's facts, computed once: while one file is edited, those of all others stay. */
export function memoised<T>(compute: (facts: FileFacts) => T): (facts: FileFacts) => T {
  const known = new WeakMap<FileFacts, T>();
  return (facts) => {
    let value = known.get(facts);
    if (value === undefined) known.set(facts, (value = compute(facts)));
    return value;
  };
}
