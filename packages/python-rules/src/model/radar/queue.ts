/** More conditions than this, or longer ways, are not told apart. */
const MAX_CONDITIONS = 15;
const MAX_LENGTH = 63;
/** What one condition more weighs, against calls. */
const COST = MAX_LENGTH + 1;

/** What is added, in the order of the conditions and the length of its ways. */
export class Queue<Item> {
  readonly #lists: Item[][] = [];
  /** Where the next step may be, and which of its list it is. */
  #at = 0;
  #next = 0;

  /** @param at - what {@link costOf} gives */
  add(item: Item, at: number): void {
    while (this.#lists.length <= at) this.#lists.push([]);
    this.#lists[at]!.push(item);
    if (at >= this.#at) return;
    this.#lists[this.#at]?.splice(0, this.#next);
    this.#at = at;
    this.#next = 0;
  }

  take(): Item | undefined {
    for (; this.#at < this.#lists.length; this.#at++, this.#next = 0) {
      const list = this.#lists[this.#at]!;
      if (this.#next < list.length) return list[this.#next++];
      list.length = 0;
    }
    return undefined;
  }
}

/** How much worse than others a way is, as one number. */
export function costOf(conditions: number, length: number): number {
  return Math.min(conditions, MAX_CONDITIONS) * COST + Math.min(length, MAX_LENGTH);
}
