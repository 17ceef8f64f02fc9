import { isThere, sha256, UnreadableFile, UnwritableFile, withFile, writeSidecar } from "./files/disk.js";
import { Findings, type Finding } from "./findings.js";
import { verifyMojo, type Facts, type VerifyOptions } from "./verify.js";

/** What is known of one file that may be a MOJO. */
export interface Artifact {
  /** Path relative to the root. */
  readonly file: string;
  readonly findings: readonly Finding[];
  readonly facts: Facts | undefined;
  /** Bytes of the file; undefined where it could not be read. */
  readonly size: number | undefined;
  /** SHA-256 in hexadecimal digits; undefined where the file could not be read. */
  readonly digest: string | undefined;
  /** What the digest was held against: a file beside the artifact or the one that was given. */
  readonly digestOf: string | undefined;
  /** Why the file could not be read. */
  readonly unread?: string;
}

export interface ArtifactOptions extends VerifyOptions {
  /** The digest the file has to have; otherwise the one in `FILE.sha256`, where there is one. */
  readonly digest?: string;
}

/** A sidecar holds a digest, and perhaps the file's name. */
const MAX_SIDECAR = 4096;

/**
 * Verifies a file below a root, and its digest where one is known.
 *
 * @param root - real path of the directory outside of which nothing is read
 */
export function verifyArtifact(root: string, file: string, options: ArtifactOptions = {}): Artifact {
  try {
    return withFile(root, file, (source) => {
      const { findings, facts } = verifyMojo(source, options);
      const digest = sha256(source);
      const expected =
        options.digest === undefined ? readSidecar(root, file) : { text: options.digest, from: "--digest" };
      const problems = new Findings();
      if (expected && "unread" in expected)
        problems.add("digest-unreadable", `${expected.from} cannot be read: ${expected.unread}.`);
      else if (expected) compare(digest, expected, problems);
      return {
        file,
        findings: [...findings, ...problems.all()],
        facts,
        size: source.size,
        digest,
        digestOf: expected?.from,
      };
    });
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return {
      file,
      findings: [],
      facts: undefined,
      size: undefined,
      digest: undefined,
      digestOf: undefined,
      unread: error.message,
    };
  }
}

/**
 * Writes `FILE.sha256` beside an artifact that has a digest.
 *
 * @returns why it could not be written
 */
export function writeDigest(root: string, { file, digest }: Artifact): string | undefined {
  if (digest === undefined) return undefined;
  try {
    writeSidecar(root, file, digest);
    return undefined;
  } catch (error) {
    if (error instanceof UnwritableFile) return error.message;
    throw error;
  }
}

/** A digest to compare with; or why what should hold it could not be read, which is not as if there were none. */
type Expected =
  { readonly from: string; readonly text: string } | { readonly from: string; readonly unread: string };

function readSidecar(root: string, file: string): Expected | undefined {
  const name = `${file}.sha256`;
  if (!isThere(root, name)) return undefined;
  const from = name.split("/").at(-1)!;
  try {
    return withFile(root, name, (source) => ({
      text: new TextDecoder().decode(source.read(0, MAX_SIDECAR)),
      from,
    }));
  } catch (error) {
    if (error instanceof UnreadableFile) return { unread: error.message, from };
    throw error;
  }
}

/** Digests stand alone, before a name as sha256sum writes them, or after `=` as BSD's sha256 does. */
function compare(
  digest: string,
  { text, from }: { readonly text: string; readonly from: string },
  findings: Findings,
): void {
  const expected =
    /^(?:sha256:)?([0-9a-f]{64})(?:\s|$)/i.exec(text.trim())?.[1] ??
    /=\s*([0-9a-f]{64})\s*$/i.exec(text.trim())?.[1];
  if (expected === undefined) findings.add("digest-unreadable", `${from} holds no SHA-256 digest.`);
  else if (expected.toLowerCase() !== digest) {
    findings.add(
      "digest-mismatch",
      `The file's SHA-256 is ${digest}; ${from} says ${expected.toLowerCase()}.`,
    );
  }
}

/** The directory of an archive, which names its entries, is far shorter in practice. */
const MAX_TAIL = 8 * 1024 * 1024;
/** Where the first entries of an archive that was cut off are named. */
const MAX_HEAD = 64 * 1024;
/** Names that say of a file that it is a MOJO. */
const NAMED = /(?:\.mojo|(?:^|[/_.-])mojo\.zip)$/i;
/** What Driverless AI puts into its MOJO2, which goes by the same names and is another program's. */
const MOJO_2 = /(?:^|\W)pipeline\.(?:pb|mojo|rb)/;
/** How a zip file begins, and how the record at its end does. */
const [BEGINNING, END] = ["PK", "PK\u0005\u0006"];

/**
 * Whether a file is worth verifying where nobody asked for it by name: a zip file that names a model.ini, its beginning
 * or its end cut off or not, and whatever is called a MOJO. Other zip files hold other things.
 */
export function looksLikeMojo(root: string, file: string): boolean {
  const isNamed = NAMED.test(file);
  try {
    return withFile(root, file, (source) => {
      const head = Buffer.from(source.read(0, Math.min(MAX_HEAD, source.size))).toString("latin1");
      const start = Math.max(0, source.size - MAX_TAIL);
      const tail = Buffer.from(source.read(start, source.size - start)).toString("latin1");
      if (!head.startsWith(BEGINNING) && !tail.includes(END)) return isNamed;
      return [head, tail].some((text) => text.includes("model.ini")) || (isNamed && !MOJO_2.test(tail));
    });
  } catch (error) {
    // It may be one: why it cannot be read is for the verifier to say.
    if (error instanceof UnreadableFile) return true;
    throw error;
  }
}
