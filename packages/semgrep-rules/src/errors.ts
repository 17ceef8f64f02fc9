/** Semgrep is not there and could not be installed. The message is for the user: what is missing and what to do. */
export class SemgrepUnavailable extends Error {
  override name = "SemgrepUnavailable";
}

/** Semgrep ran and failed: a broken rule, a crash, output that is no result. */
export class SemgrepFailed extends Error {
  override name = "SemgrepFailed";
}
