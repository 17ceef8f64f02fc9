/** What the other languages of this project are built on too; it loads no parser. */
export { CommentedSourceCode, type LocatedComment } from "./language/commented-source-code.js";
export { decode } from "./language/decode.js";
export { isSkipped, list, readText, stampOf } from "./files/listing.js";
export type { Comment, Range } from "./language/split.js";
export { endWithReader } from "./files/output.js";
export { optimizeLater } from "./files/v8.js";
