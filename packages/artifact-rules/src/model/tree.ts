/**
 * The bytes of one tree of H2O's shared-tree models (GBM, DRF, isolation forest, uplift), in the form of MOJO 1.20 and
 * later. A node is
 *
 *     u8 type, u16 column (65535: the tree is one leaf, its value follows), u8 direction of missing values,
 *     then, unless missing values alone are split off, a value to compare with or a set of levels,
 *     then the size of the left subtree and that subtree, or the value of a leaf, then the same on the right.
 */
import { Cursor, OutOfBytes } from "../language/bytes.js";

/** The size of a tree. */
export interface TreeShape {
  readonly leaves: number;
  /** Longest way from the root to a leaf; 0 for a tree of one leaf. */
  readonly depth: number;
}

/** What the walk of a tree found. */
export interface Tree extends TreeShape {
  /** Number of inner nodes. */
  readonly inner: number;
  /** The inner nodes, in the order they are written, which is the order of their auxiliary data. */
  readonly nodes: TreeNodes;
}

/** Inner nodes by their index, as far as there is room for them: trees may have millions. */
export class TreeNodes {
  /** Inner nodes of each left subtree. */
  readonly leftNodes: Uint32Array;
  readonly #isLeaf: Uint8Array;
  readonly #leaves: Float32Array;

  constructor(readonly room: number) {
    this.leftNodes = new Uint32Array(room);
    this.#isLeaf = new Uint8Array(room * 2);
    this.#leaves = new Float32Array(room * 2);
  }

  /** The value of the leaf right below; undefined where a subtree is there. */
  leaf(index: number, side: Side): number | undefined {
    return this.#isLeaf[index * 2 + side] ? this.#leaves[index * 2 + side] : undefined;
  }

  /** Index of the inner node right below; undefined where a leaf is there. */
  child(index: number, side: Side): number | undefined {
    if (this.#isLeaf[index * 2 + side]) return undefined;
    return index + 1 + (side === LEFT ? 0 : this.leftNodes[index]!);
  }

  setLeaf(index: number, side: Side, value: number): void {
    if (index >= this.room) return;
    this.#isLeaf[index * 2 + side] = 1;
    this.#leaves[index * 2 + side] = value;
  }
}

export const [LEFT, RIGHT] = [0, 1] as const;
export type Side = typeof LEFT | typeof RIGHT;

/** What a column may be split on. */
export interface ColumnShape {
  readonly name: string;
  /** Number of levels; undefined for numbers. */
  readonly levels: number | undefined;
}

/** A fault of the bytes; the walk ends at it. */
export interface TreeFault {
  readonly check: "tree-bytes" | "tree-split";
  readonly message: string;
}

const TYPE = { leftSize: 0x33, split: 0x0c, right: 0xc0 };
const LEAF = 48;
const NA_VS_REST = 1;
const MAX_DIRECTION = 5;
/** H2O grows no deeper trees; it also bounds the stack below. */
const MAX_DEPTH = 2000;

class Fault extends Error {
  constructor(
    readonly check: TreeFault["check"],
    message: string,
  ) {
    super(message);
  }
}

/**
 * Walks a tree byte by byte.
 *
 * @param columns - the features rows are scored on
 * @param version - of the format, as a number; below 1.2 sets of levels are sized in bytes
 * @param room - number of inner nodes that are kept
 */
export function walkTree(
  bytes: Uint8Array,
  columns: readonly ColumnShape[],
  version: number,
  room: number,
): Tree | TreeFault {
  const cursor = new Cursor(bytes);
  try {
    const walk = new Walk(cursor, columns, version, new TreeNodes(room));
    const tree = walk.run();
    return cursor.remaining === 0
      ? tree
      : { check: "tree-bytes", message: `${cursor.remaining} bytes follow the end of the tree.` };
  } catch (error) {
    if (error instanceof Fault) return { check: error.check, message: error.message };
    if (error instanceof OutOfBytes)
      return { check: "tree-bytes", message: `The tree breaks off at byte ${error.position}.` };
    throw error;
  }
}

class Walk {
  #inner = 0;
  #leaves = 0;
  #depth = 0;

  constructor(
    readonly cursor: Cursor,
    readonly columns: readonly ColumnShape[],
    readonly version: number,
    readonly nodes: TreeNodes,
  ) {}

  run(): Tree {
    const { cursor } = this;
    const [, column] = [cursor.u8(), cursor.u16()];
    if (column === 0xffff) {
      this.#leaf(0);
    } else {
      cursor.position = 0;
      this.#node(0);
    }
    return { leaves: this.#leaves, inner: this.#inner, nodes: this.nodes, depth: this.#depth };
  }

  #leaf(depth: number): number {
    this.#leaves++;
    this.#depth = Math.max(this.#depth, depth);
    const value = this.cursor.f32();
    if (Number.isNaN(value)) throw new Fault("tree-bytes", "The value of a leaf is NaN.");
    return value;
  }

  #node(depth: number): void {
    const { cursor } = this;
    const at = cursor.position;
    if (depth > MAX_DEPTH) throw new Fault("tree-bytes", "The tree is deeper than any H2O grows.");
    const type = cursor.u8();
    const column = cursor.u16();
    const shape = this.columns[column];
    if (!shape)
      throw new Fault(
        "tree-split",
        `The node at byte ${at} splits on column ${column}; there are ${this.columns.length}.`,
      );
    const direction = cursor.u8();
    if (direction > MAX_DIRECTION)
      throw new Fault("tree-bytes", `The node at byte ${at} sends missing values in direction ${direction}.`);
    this.#split(type, direction, shape, at);
    const index = this.#inner++;

    const leftMask = type & TYPE.leftSize;
    const rightMask = (type & TYPE.right) >> 2;
    if (rightMask !== 0 && rightMask !== LEAF)
      throw new Fault("tree-bytes", `The node at byte ${at} has an unknown type.`);
    if (leftMask === LEAF) this.nodes.setLeaf(index, LEFT, this.#leaf(depth + 1));
    else if (leftMask <= 3) {
      const size = this.#size(leftMask);
      const end = cursor.position + size;
      if (size < 1 || end > cursor.bytes.length)
        throw new Fault("tree-bytes", `The left subtree at byte ${at} reaches beyond the tree.`);
      this.#node(depth + 1);
      if (index < this.nodes.room) this.nodes.leftNodes[index] = this.#inner - 1 - index;
      if (cursor.position !== end)
        throw new Fault("tree-bytes", `The left subtree at byte ${at} is not as long as it says.`);
    } else throw new Fault("tree-bytes", `The node at byte ${at} has an unknown type.`);
    if (rightMask === LEAF) this.nodes.setLeaf(index, RIGHT, this.#leaf(depth + 1));
    else this.#node(depth + 1);
  }

  /** The size of a left subtree, in as many bytes as the type says. */
  #size(mask: number): number {
    const { cursor } = this;
    if (mask === 0) return cursor.u8();
    if (mask === 1) return cursor.u16();
    return mask === 2 ? cursor.u24() : cursor.i32();
  }

  #split(type: number, direction: number, shape: ColumnShape, at: number): void {
    const { cursor } = this;
    const kind = type & TYPE.split;
    if (kind === 4) throw new Fault("tree-bytes", `The node at byte ${at} has an unknown type.`);
    if (direction === NA_VS_REST) return;
    if (kind === 0) {
      const value = cursor.f32();
      if (Number.isNaN(value))
        throw new Fault(
          "tree-split",
          `The node at byte ${at} compares ${JSON.stringify(shape.name)} with NaN.`,
        );
      return;
    }
    if (shape.levels === undefined) {
      throw new Fault(
        "tree-split",
        `The node at byte ${at} splits ${JSON.stringify(shape.name)}, a column of numbers, by levels.`,
      );
    }
    let [offset, count] = [0, 32];
    if (kind === 12) {
      offset = cursor.u16();
      count = this.version < 1.2 ? cursor.u16() * 8 : cursor.i32();
      if (count < 1) throw new Fault("tree-bytes", `The node at byte ${at} has an empty set of levels.`);
    }
    const set = cursor.take(((count - 1) >> 3) + 1);
    // A small set always has 32 bits, a larger one ends in whole bytes; bits beyond the levels are never set.
    const highest = highestBit(set);
    if (highest >= 0 && offset + highest >= shape.levels) {
      const level = offset + highest;
      throw new Fault(
        "tree-split",
        `The node at byte ${at} names level ${level} of ${JSON.stringify(shape.name)}, which has ${shape.levels}.`,
      );
    }
    if (kind === 12 && offset + count > shape.levels + 32) {
      throw new Fault(
        "tree-split",
        `The node at byte ${at} has a set of ${offset + count} levels for the ${shape.levels} of ${JSON.stringify(shape.name)}.`,
      );
    }
  }
}

function highestBit(set: Uint8Array): number {
  for (let index = set.length - 1; index >= 0; index--) {
    if (set[index] !== 0) return index * 8 + 31 - Math.clz32(set[index]!);
  }
  return -1;
}
