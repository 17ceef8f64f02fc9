import type { ByteSource } from "../language/bytes.js";
import { looksLikeZip } from "../language/zip.js";

/** Beginnings of files that people put where a MOJO belongs. */
const BEGINNINGS: readonly (readonly [readonly number[], string])[] = [
  [
    [0x1c, 0xed, 0x09, 0x33],
    "This is a binary H2O model, which only a cluster of the very same h2o release loads; export a MOJO instead.",
  ],
  [[0x1f, 0x8b], "This is a gzip file, not a MOJO."],
  [[0x80, 0x02], "This is a Python pickle, not a MOJO."],
  [[0x80, 0x03], "This is a Python pickle, not a MOJO."],
  [[0x80, 0x04], "This is a Python pickle, not a MOJO."],
  [[0x80, 0x05], "This is a Python pickle, not a MOJO."],
  [[0xca, 0xfe, 0xba, 0xbe], "This is a compiled Java class, not a MOJO."],
  [[0x62, 0x69, 0x6e, 0x66], "This is a bare XGBoost booster, not a MOJO."],
  [[0x37, 0x7a, 0xbc, 0xaf], "This is a 7z archive, not a MOJO."],
];

/** How much of a text is looked at for what tells a POJO. */
const HEAD = 64 * 1024;

/** What a file that is no zip file is; undefined for zip files, sound or not. */
export function describeOther(source: ByteSource): string | undefined {
  if (source.size === 0) return "The file is empty.";
  const head = source.read(0, Math.min(HEAD, source.size));
  for (const [beginning, what] of BEGINNINGS) {
    if (beginning.every((byte, index) => head[index] === byte)) return what;
  }
  const text = new TextDecoder().decode(head);
  if (/\bextends GenModel\b|\bhex\.genmodel\b/.test(text)) {
    return "This is a POJO, H2O's Java source of a model; export a MOJO instead.";
  }
  if (text.startsWith("version https://git-lfs"))
    return "This is a Git LFS pointer: the model itself was not checked out.";
  if (/^\[info\]\s/.test(text)) return "This is a bare model.ini: the MOJO was unpacked.";
  const isCutOff = head[0] === 0x50 && head[1] === 0x4b;
  return looksLikeZip(source) || isCutOff ? undefined : "This is no zip file, and so no MOJO.";
}
