import { encode, exchange, isDomain, lines, one, sectionOf, type Mutation } from "./edits.js";

/** Columns, and the levels of those that are categories. */
export const COLUMNS: readonly Mutation[] = [
  lines(
    "columns: one left out",
    (all, random) => {
      const index = random.pick(sectionOf(all, "[columns]"));
      if (index === undefined) return undefined;
      all.splice(index, 1);
      return all;
    },
    { contradicts: "the count of columns" },
  ),
  lines(
    "columns: one twice",
    (all, random) => {
      const found = sectionOf(all, "[columns]");
      const [left, right] = [random.pick(found), random.pick(found)];
      if (left === undefined || right === undefined || left === right) return undefined;
      all[left] = all[right]!;
      return all;
    },
    { contradicts: "two columns of one name" },
  ),
  lines(
    "columns: two exchanged",
    (all, random) => {
      const found = sectionOf(all, "[columns]").map((index) => all[index]!);
      return exchange(found, random, all);
    },
    {
      contradicts: "the order of columns in the description",
      onlyDigest: "the columns of a model within an ensemble are written only there",
    },
  ),
  lines(
    "columns: one renamed",
    (all, random) => {
      const index = random.pick(sectionOf(all, "[columns]"));
      if (index === undefined) return undefined;
      all[index] = `${all[index]!}_2`;
      return all;
    },
    {
      contradicts: "the names of columns in the description",
      onlyDigest: "the columns of a model within an ensemble are written only there",
    },
  ),
  lines(
    "domains: another column",
    (all, random) => {
      const index = random.pick(sectionOf(all, "[domains]"));
      if (index === undefined) return undefined;
      all[index] = all[index]!.replace(/^\d+/, (column) => String((Number(column) + 1) % 5));
      return all;
    },
    { contradicts: "the order and the files of domains" },
  ),
  lines(
    "domains: another count",
    (all, random) => {
      const index = random.pick(sectionOf(all, "[domains]"));
      if (index === undefined) return undefined;
      all[index] = all[index]!.replace(
        /: \d+/,
        (count) => `: ${String(Number(count.slice(2)) + 1 - 2 * random.below(2))}`,
      );
      return all;
    },
    { contradicts: "the count of levels" },
  ),
  lines(
    "domains: files exchanged",
    (all, random) => {
      const found = sectionOf(all, "[domains]");
      const [left, right] = [random.pick(found), random.pick(found)];
      if (left === undefined || right === undefined || left === right) return undefined;
      const [first, second] = [all[left]!, all[right]!].map((line) => /\S+$/.exec(line)![0]) as [
        string,
        string,
      ];
      all[left] = all[left]!.replace(first, second);
      all[right] = all[right]!.replace(second, first);
      return all;
    },
    { contradicts: "the order of domain files" },
  ),
  one(
    "domains: a level left out",
    isDomain,
    (bytes, random) => {
      const levels = bytes.toString().split("\n").slice(0, -1);
      levels.splice(random.below(levels.length), 1);
      return encode(levels.map((level) => `${level}\n`).join(""));
    },
    { contradicts: "the count of levels" },
  ),
  one(
    "domains: a level twice",
    isDomain,
    (bytes, random) => {
      const levels = bytes.toString().split("\n").slice(0, -1);
      const [left, right] = [random.below(levels.length), random.below(levels.length)];
      if (left === right) return undefined;
      levels[left] = levels[right]!;
      return encode(levels.map((level) => `${level}\n`).join(""));
    },
    { contradicts: "two levels of one name" },
  ),
  one(
    "domains: levels in another order",
    isDomain,
    (bytes, random) => {
      const levels = bytes.toString().split("\n").slice(0, -1);
      const changed = exchange(levels, random, [...levels]);
      return changed && encode(changed.map((level) => `${level}\n`).join(""));
    },
    {
      contradicts: "the levels in the description, or in the ensemble's other models",
      onlyDigest: "the levels of a model within an ensemble may be written only there",
    },
  ),
  one(
    "domains: a level renamed",
    isDomain,
    (bytes, random) => {
      const levels = bytes.toString().split("\n").slice(0, -1);
      const at = random.below(levels.length);
      levels[at] = `${levels[at]!}x`;
      return encode(levels.map((level) => `${level}\n`).join(""));
    },
    {
      contradicts: "the levels in the description, or in the ensemble's other models",
      onlyDigest: "the levels of a model within an ensemble may be written only there",
    },
  ),
];
