import { lines, packed, type Mutation } from "./edits.js";

/** Models within models. */
export const ENSEMBLES: readonly Mutation[] = [
  lines(
    "ensemble: models exchanged",
    (all, random) => {
      const found = all.filter((line) => line.startsWith("submodel_dir_"));
      const [left, right] = [random.pick(found), random.pick(found)];
      if (!left || !right || left === right) return undefined;
      const [first, second] = [left, right].map((line) => line.split(" = ")[1]!) as [string, string];
      return all.map((line) =>
        line === left ? line.replace(first, second) : line === right ? line.replace(second, first) : line,
      );
    },
    { contradicts: "the names of models and their folders" },
  ),
  lines(
    "ensemble: base models exchanged",
    (all, random) => {
      const found = all.filter((line) => /^base_model\d/.test(line));
      const [left, right] = [random.pick(found), random.pick(found)];
      if (!left || !right || left === right) return undefined;
      const [first, second] = [left, right].map((line) => line.split(" = ")[1]!) as [string, string];
      return all.map((line) =>
        line === left ? line.replace(first, second) : line === right ? line.replace(second, first) : line,
      );
    },
    { contradicts: "the order of the metalearner's columns" },
  ),
  packed(
    "ensemble: a model left out",
    (parts, random) => {
      const found = [
        ...new Set(parts.flatMap(({ name }) => /^models\/[^/]+\/[^/]+\//.exec(name)?.[0] ?? [])),
      ];
      const path = random.pick(found);
      return path === undefined ? undefined : parts.filter(({ name }) => !name.startsWith(path));
    },
    { contradicts: "models that are named and not there" },
  ),
  packed(
    "ensemble: a model in place of another",
    (parts, random) => {
      const found = [
        ...new Set(parts.flatMap(({ name }) => /^models\/[^/]+\/[^/]+\//.exec(name)?.[0] ?? [])),
      ];
      const [from, to] = [random.pick(found), random.pick(found)];
      if (from === undefined || to === undefined || from === to) return undefined;
      return [
        ...parts.filter(({ name }) => !name.startsWith(to)),
        ...parts
          .filter(({ name }) => name.startsWith(from))
          .map((part) => ({ ...part, name: part.name.replace(from, to) })),
      ];
    },
    {
      contradicts: "the columns of the metalearner",
      onlyDigest: "a base model of the same columns may stand twice",
    },
  ),
];
