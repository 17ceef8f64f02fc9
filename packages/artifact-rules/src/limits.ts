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
  /** Lines of a text that are looked into. */
  readonly lines: number;
  /** Lines of a model.ini, each of which takes memory of its own. */
  readonly iniLines: number;
  /** Bytes of levels that stay in memory while a model is looked at. */
  readonly keptBytes: number;
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
  lines: 4_000_000,
  iniLines: 500_000,
  keptBytes: 48 * MIB,
  detailsBytes: 8 * MIB,
  nesting: 4,
};
