import { generator } from "./generator.js";

/** Draws from a seeded generator. */
export interface Random {
  /** A whole number below `limit`. */
  readonly below: (limit: number) => number;
  readonly pick: <T>(from: readonly T[]) => T;
  /** True once in `times`. */
  readonly once: (times: number) => boolean;
}

export function randomFrom(seed: number): Random {
  const below = generator(seed);
  return {
    below,
    pick: <T>(from: readonly T[]) => from[below(from.length)] as T,
    once: (times) => below(times) === 0,
  };
}
