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
  /** Inner nodes, in the order they are written, which is the order of their auxiliary data. */
  readonly nodes: readonly TreeNode[];
}

export interface TreeNode {
  readonly column: number;
  /** A set of levels or a single value. */
  readonly split: "levels" | "value" | "missing";
  /** Inner nodes of the left subtree. */
  leftNodes: number;
  /** Values of the leaves right below; undefined for subtrees. */
  leftLeaf: number | undefined;
  rightLeaf: number | undefined;
  /** Index of the node below; undefined for leaves. */
  left: number | undefined;
  right: number | undefined;
}

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
 */
export function walkTree(
  bytes: Uint8Array,
  columns: readonly ColumnShape[],
  version: number,
): Tree | TreeFault {
  const cursor = new Cursor(bytes);
  try {
    const walk = new Walk(cursor, columns, version);
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
  readonly #nodes: TreeNode[] = [];
  #leaves = 0;
  #depth = 0;

  constructor(
    readonly cursor: Cursor,
    readonly columns: readonly ColumnShape[],
    readonly version: number,
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
    return { leaves: this.#leaves, nodes: this.#nodes, depth: this.#depth };
  }

  #leaf(depth: number): number {
    this.#leaves++;
    this.#depth = Math.max(this.#depth, depth);
    const value = this.cursor.f32();
    if (Number.isNaN(value)) throw new Fault("tree-bytes", "The value of a leaf is NaN.");
    return value;
  }

  #node(depth: number): number {
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
    const split = this.#split(type, direction, shape, at);
    const node: TreeNode = {
      column,
      split,
      leftNodes: 0,
      leftLeaf: undefined,
      rightLeaf: undefined,
      left: undefined,
      right: undefined,
    };
    const index = this.#nodes.push(node) - 1;

    const leftMask = type & TYPE.leftSize;
    const rightMask = (type & TYPE.right) >> 2;
    if (rightMask !== 0 && rightMask !== LEAF)
      throw new Fault("tree-bytes", `The node at byte ${at} has an unknown type.`);
    if (leftMask === LEAF) node.leftLeaf = this.#leaf(depth + 1);
    else if (leftMask <= 3) {
      const size = this.#size(leftMask);
      const end = cursor.position + size;
      if (size < 1 || end > cursor.bytes.length)
        throw new Fault("tree-bytes", `The left subtree at byte ${at} reaches beyond the tree.`);
      node.left = this.#node(depth + 1);
      node.leftNodes = this.#nodes.length - 1 - index;
      if (cursor.position !== end)
        throw new Fault("tree-bytes", `The left subtree at byte ${at} is not as long as it says.`);
    } else throw new Fault("tree-bytes", `The node at byte ${at} has an unknown type.`);
    if (rightMask === LEAF) node.rightLeaf = this.#leaf(depth + 1);
    else node.right = this.#node(depth + 1);
    return index;
  }

  /** The size of a left subtree, in as many bytes as the type says. */
  #size(mask: number): number {
    const { cursor } = this;
    if (mask === 0) return cursor.u8();
    if (mask === 1) return cursor.u16();
    return mask === 2 ? cursor.u24() : cursor.i32();
  }

  #split(type: number, direction: number, shape: ColumnShape, at: number): TreeNode["split"] {
    const { cursor } = this;
    const kind = type & TYPE.split;
    if (kind === 4) throw new Fault("tree-bytes", `The node at byte ${at} has an unknown type.`);
    if (direction === NA_VS_REST) return "missing";
    if (kind === 0) {
      const value = cursor.f32();
      if (Number.isNaN(value))
        throw new Fault(
          "tree-split",
          `The node at byte ${at} compares ${JSON.stringify(shape.name)} with NaN.`,
        );
      return "value";
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
    return "levels";
  }
}

function highestBit(set: Uint8Array): number {
  for (let index = set.length - 1; index >= 0; index--) {
    if (set[index] !== 0) return index * 8 + 31 - Math.clz32(set[index]!);
  }
  return -1;
}
