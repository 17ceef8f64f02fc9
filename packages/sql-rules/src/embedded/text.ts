import type { Range } from "../language/split.js";

/** A stretch of SQL that is written in another language's source. */
export type Piece = (
  | /** Characters that stand in the file as they are. */
    { kind: "verbatim"; text: string; start: number }
    /** Characters that stand there in other words: an escape, or a number. */
  | { kind: "written"; text: string; range: Range }
  /** A value, a name or more SQL that is known only at run time. */
  | { kind: "hole"; range: Range }
  /** Words that make a fragment a statement, and stand nowhere in the file. */
  | { kind: "added"; text: string }
) & {
  /** Where a constant is named that stands elsewhere: its place as seen from the text around it. */
  via?: Range;
};

/** Marks pieces that do not stand in a place of the file themselves as named there. */
export function named(pieces: readonly Piece[], [start, end]: Range): Piece[] {
  return pieces.map((piece) => {
    if (piece.kind === "added") return piece;
    const at = piece.kind === "verbatim" ? piece.start : piece.range[0];
    return at >= start && at < end ? piece : { ...piece, via: [start, end] };
  });
}

/** Stands for the unknown in names and strings; PostgreSQL takes it for a letter, and no source contains it. */
export const UNKNOWN = "\uE000";

/**
 * What a hole may be read as. All are of one length, so that another reading moves no offset: a value, a name, nothing,
 * an assignment of UPDATE, a parenthesised list, the rows of INSERT.
 */
export const READINGS = {
  value: "$1      ",
  name: UNKNOWN.repeat(8),
  nothing: " ".repeat(8),
  assignment: `${UNKNOWN}=$1    `,
  list: "($1)    ",
  rows: "SELECT 1",
} as const;

export type Reading = keyof typeof READINGS;

/** Of every reading. */
export const HOLE_LENGTH = READINGS.name.length;

/** SQL put together from its pieces. */
export interface EmbeddedText {
  /** Each hole is a name of unknown letters. */
  text: string;
  /** Offsets of the holes in `text`. */
  holes: readonly number[];
  /** The text with its holes read in some way, in their order. */
  read: (readings: readonly Reading[]) => string;
  /** Where a range of `text` stands in the file; undefined for words that stand nowhere. */
  toFile: (range: Range) => Range | undefined;
}

interface Span {
  /** In the SQL text. */
  start: number;
  end: number;
  piece: Piece;
}

/** Puts pieces together. */
export function assemble(pieces: readonly Piece[]): EmbeddedText {
  const spans: Span[] = [];
  let text = "";
  for (const piece of pieces) {
    const part = textOf(piece);
    if (part.length > 0) spans.push({ start: text.length, end: text.length + part.length, piece });
    text += part;
  }
  const holes = spans.filter(({ piece }) => piece.kind === "hole").map(({ start }) => start);
  return {
    text,
    holes,
    read: (readings) => {
      let read = "";
      let at = 0;
      holes.forEach((start, i) => {
        read += text.slice(at, start) + READINGS[readings[i] ?? "name"];
        at = start + HOLE_LENGTH;
      });
      return read + text.slice(at);
    },
    toFile: ([start, end]) => toFile(spans, start, end),
  };
}

function textOf(piece: Piece): string {
  return piece.kind === "hole" ? READINGS.name : piece.text;
}

function toFile(spans: readonly Span[], start: number, end: number): Range | undefined {
  let first: Span | undefined;
  let last: Span | undefined;
  for (let i = indexOf(spans, start); i < spans.length; i++) {
    const span = spans[i]!;
    if (span.start >= Math.max(end, start + 1)) break;
    if (span.piece.kind === "added") continue;
    first ??= span;
    last = span;
  }
  if (!first || !last) return undefined;
  const isWithin = first.piece.via?.[0] === last.piece.via?.[0];
  const from = placeOf(first, start, start, isWithin)[0];
  const to = placeOf(last, end, end, isWithin)[1];
  // Parts of a text that grows may stand anywhere: then the first piece alone is the place.
  return to >= from ? [from, to] : placeOf(first, start, Math.min(end, first.end), isWithin);
}

/** The first span that ends after an offset. */
function indexOf(spans: readonly Span[], offset: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (spans[middle]!.end <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The part of a span's place in the file that a part of its text stands in.
 *
 * @param isWithin - whether all that is asked for lies within one constant, so that its own place is meant
 */
function placeOf({ start, end, piece }: Span, from: number, to: number, isWithin: boolean): Range {
  if (piece.kind === "added") return [0, 0];
  if (piece.via && !isWithin) return piece.via;
  if (piece.kind !== "verbatim") return piece.range;
  const clip = (offset: number) => piece.start + Math.min(Math.max(offset, start), end) - start;
  return [clip(from), clip(to)];
}

/**
 * The pieces with ranges of their text replaced: by a hole where a client puts a value or name, or by nothing.
 *
 * @param ranges - in order, apart, in offsets of the assembled text
 */
export function replaced(
  pieces: readonly Piece[],
  ranges: readonly { range: Range; by: "hole" | "nothing" }[],
): Piece[] {
  const { toFile: place } = assemble(pieces);
  const result: Piece[] = [];
  const rest = [...pieces].reverse();
  let at = 0;
  /** Takes the pieces up to an offset. */
  const take = (to: number): Piece[] => {
    const taken: Piece[] = [];
    for (let piece = rest.pop(); piece; piece = rest.pop()) {
      const { length } = textOf(piece);
      if (at + length <= to) taken.push(piece);
      else {
        if (to > at) taken.push(part(piece, 0, to - at));
        rest.push(to > at ? part(piece, to - at, length) : piece);
        at = to;
        break;
      }
      at += length;
    }
    return taken;
  };
  for (const { range, by } of ranges) {
    for (const piece of take(range[0])) result.push(piece);
    take(range[1]);
    if (by === "hole") result.push({ kind: "hole", range: place(range) ?? [0, 0] });
  }
  for (const piece of rest.reverse()) result.push(piece);
  return result;
}

function part(piece: Piece, from: number, to: number): Piece {
  if (piece.kind === "hole") return piece;
  const text = piece.text.slice(from, to);
  return piece.kind === "verbatim" ? { ...piece, text, start: piece.start + from } : { ...piece, text };
}
