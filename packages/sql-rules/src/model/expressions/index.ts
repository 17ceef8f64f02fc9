export { canonical, printed } from "./canonical.js";
export { expressionOf } from "./read.js";
export { simplify, type Typed } from "./simplify.js";
export type { Located } from "../../language/words.js";
