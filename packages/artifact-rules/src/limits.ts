/** How much of an archive is read before it is refused or left alone. */
export interface Limits {
  /** Entries of the archive. */
  readonly entries: number;
  /** Inflated bytes of one entry. */
  readonly entryBytes: number;
  /** Inflated bytes of all entries together. */
  readonly totalBytes: number;
  /**
   * Inflated to packed bytes of an entry, and of all together; asked only above `ratioFrom`, as what is small may well be
   * all zeros.
   */
  readonly ratio: number;
  readonly ratioFrom: number;
  /** Bytes of an entry that is held in memory and looked into; a larger one is only inflated and summed. */
  readonly heldBytes: number;
  /** Bytes of the details that are parsed as JSON, which takes many times their size. */
  readonly detailsBytes: number;
  /** Models within models within models. */
  readonly nesting: number;
}

const MIB = 1024 * 1024;

/** Far above what H2O writes, far below what hurts. */
export const DEFAULT_LIMITS: Limits = {
  entries: 400_000,
  entryBytes: 2048 * MIB,
  totalBytes: 8192 * MIB,
  ratio: 200,
  ratioFrom: 64 * MIB,
  heldBytes: 64 * MIB,
  detailsBytes: 8 * MIB,
  nesting: 4,
};
