/** A mistake in how the command was called; the message says what to change. */
export class UsageError extends Error {
  override name = "UsageError";
}
