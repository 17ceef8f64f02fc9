/**
 * The verifier of MOJO archives, for browsers as for Node: it takes bytes, or a way to read them, and touches nothing
 * else.
 */
export { CHECKS, type Check, type CheckId, type Level } from "./checks.js";
export type { Finding } from "./findings.js";
export { DEFAULT_LIMITS, type Limits } from "./limits.js";
export { bytesSource, type ByteSource } from "./language/bytes.js";
export { verifyMojo, type Facts, type Verdict, type VerifyOptions } from "./verify.js";
