/** What the other languages of this project are built on too; it loads no parser. */
export { CommentedSourceCode, type LocatedComment } from "./language/commented-source-code.js";
export type { Comment, Range } from "./language/split.js";
