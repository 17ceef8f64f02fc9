import { quote } from "../../findings.js";
import { Cursor } from "../../language/bytes.js";
import type { Mojo } from "../mojo.js";

/** Word2Vec: one vector a word. */
export function checkWords({ info, folder, findings }: Mojo): void {
  const [size, width] = [info.count("vocab_size"), info.count("vec_size")];
  const vectors = folder.need("vectors", "vocabulary");
  folder.need("vocabulary", "vocabulary");
  const words = folder.lines("vocabulary", true);
  if (size === undefined || width === undefined) return;
  if (vectors && vectors.length !== size * width * 4) {
    findings.add(
      "vocabulary",
      `It has ${vectors.length} bytes; ${size} vectors of ${width} numbers take ${size * width * 4}.`,
      { entry: folder.full("vectors") },
    );
  } else if (vectors) {
    const cursor = new Cursor(vectors, false);
    for (let index = 0; index < size * width; index++) {
      if (Number.isFinite(cursor.f32())) continue;
      findings.add("vocabulary", `The vector of word ${Math.floor(index / width) + 1} is not finite.`, {
        entry: folder.full("vectors"),
      });
      break;
    }
  }
  if (!words) return;
  const entry = folder.full("vocabulary");
  if (words.length !== size)
    findings.add("vocabulary", `It has ${words.length} words; ${size} are declared.`, { entry });
  for (const index of words.duplicates()) {
    findings.add("vocabulary", `The word ${quote(words.at(index)!)} is there twice.`, {
      entry,
      line: index + 1,
    });
  }
}
