/** Every check of the verifier: what it is called, how grave it is, and why it matters. */

/** An error is a contradiction or a danger; a warning is something missing, odd, or not looked into. */
export type Level = "error" | "warning";

/** What a check stands for; its section in docs/rules/verify-mojo.md has the same name. */
export interface Check {
  readonly level: Level;
  /** Why a finding of this check matters, in one sentence. */
  readonly why: string;
}

const error = (why: string): Check => ({ level: "error", why });
const warning = (why: string): Check => ({ level: "warning", why });

/** The checks by id. */
export const CHECKS = {
  "not-a-mojo": error("What is no H2O-3 MOJO cannot be loaded by h2o-genmodel."),

  "zip-damaged": error("Without a sound directory nobody can say which entries the archive has."),
  "zip-directory": error("Readers that trust different headers see different archives."),
  "zip-entry-name": error("An entry that leaves its folder overwrites other files when it is unpacked."),
  "zip-duplicate-name": error("Which of two entries of one name is read depends on the reader."),
  "zip-special-entry": error("A link or device in an archive reaches outside it when it is unpacked."),
  "zip-encrypted": error("h2o-genmodel cannot read encrypted entries."),
  "zip-method": error("Java reads stored and deflated entries only."),
  "zip-overlap": error("Entries that share bytes are how zip bombs are built."),
  "zip-content": error(
    "The entry's data does not inflate to what the directory declares; the loader ignores this.",
  ),
  "zip-crc": error("The bytes changed after they were written; the loader does not look at the CRC."),
  "zip-limit": error(
    "An archive beyond these limits exhausts memory or disk before it is known to be sound.",
  ),
  "zip-extra-bytes": warning("Bytes no entry accounts for were put there by something other than H2O."),
  "zip-name-encoding": warning("A name that is not UTF-8 reads differently on every machine."),

  "ini-syntax": error("The loader skips or misreads lines like this without a word."),
  "ini-duplicate": error("The loader keeps the last of two values; another reader may keep the first."),
  "ini-key": error("Without this key the loader fails, or takes a default and scores wrong."),
  "ini-type": error(
    "A value of another type fails when the model is loaded or, worse, is read as something else.",
  ),
  "ini-version": error("The release of the format decides how the bytes are read."),
  "ini-encoding": warning("H2O writes UTF-8 with line feeds; anything else was edited afterwards."),
  "ini-unusual": warning("H2O itself always writes this."),

  "algorithm-mismatch": error("The loader goes by one key and reports the other."),
  "columns-count": error("Counts that disagree shift every column after the first wrong one."),
  "columns-names": error(
    "Rows are matched to columns by name: a name that is empty or there twice is never filled.",
  ),
  "domain-count": error("A domain with another number of levels shifts the codes of categories."),
  "domain-file": error(
    "The loader fails on a domain file that is missing, and ignores one that nothing refers to.",
  ),
  "domain-levels": error("A level that is there twice has two codes."),
  "details-mismatch": error("What the model was when it was trained and what the archive holds differ."),
  "details-unread": warning("Without modelDetails.json, levels and columns in another order cannot be seen."),

  "tree-missing": error("The loader skips trees that are not there and scores without them."),
  "tree-unexpected": error("Trees that no count covers are never scored."),
  "tree-bytes": error("A tree that does not parse to its last byte sends rows down the wrong path."),
  "tree-split": error("A split on a column or level that does not exist fails or sends rows the wrong way."),
  "tree-aux": error("The tree and its auxiliary data describe different trees."),
  "tree-summary": error("The trees are not the ones the model's own summary describes."),

  "booster-bytes": error("A booster that does not parse to its last byte is not the one that was trained."),
  "booster-tree": error("A node that leads nowhere, or back, makes scoring fail or never end."),
  "booster-features": error("The booster expects other features than the columns of the archive make."),

  coefficients: error("Coefficients that do not fit the columns multiply the wrong numbers."),
  "network-shape": error("Weights of another shape than the layers fail or are cut off when scored."),
  centres: error("Centres that do not fit the columns put rows into the wrong cluster."),
  "matrix-shape": error("A matrix of another size than declared fails or is read askew."),
  calibration: error("Calibration data that does not fit bends every probability."),
  encodings: error("Encodings that do not fit their columns replace levels with wrong numbers."),
  vocabulary: error("Words and vectors that do not pair give words the vectors of other words."),
  "nested-model": error("An ensemble scores with whatever models it finds under its own names."),

  "digest-mismatch": error("The bytes are not the ones the digest was made from."),
  "digest-unreadable": error("A digest that cannot be read proves nothing."),

  "not-verified": warning("This part was not looked into; only its size and CRC are known to be right."),
} as const satisfies Record<string, Check>;

/** The name of a check. */
export type CheckId = keyof typeof CHECKS;
