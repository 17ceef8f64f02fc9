/** How files are listed and read, for packages that load neither a parser nor ESLint to find that nothing changed. */
export { decode } from "./language/decode.js";
export { isSkipped, list, readText, stampOf } from "./files/listing.js";
export { endWithReader } from "./files/output.js";
export { optimizeLater } from "./files/v8.js";
