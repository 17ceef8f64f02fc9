import { quote, type Findings } from "../findings.js";
import { Lines } from "./lines.js";

/** A value of the [info] section, as text. */
export interface IniValue {
  readonly text: string;
  readonly line: number;
}

/** A line of the [domains] section: a categorical column, how many levels it has, and the file they stand in. */
export interface DomainLine {
  readonly column: number;
  readonly count: number;
  readonly file: string;
  readonly line: number;
}

/** The three sections of a model.ini. */
export interface Ini {
  readonly info: ReadonlyMap<string, IniValue>;
  readonly columns: readonly string[];
  /** The line each column stands in. */
  readonly columnLines: readonly number[];
  readonly domains: readonly DomainLine[];
}

const SECTIONS = ["[info]", "[columns]", "[domains]"];

/**
 * Reads a model.ini. H2O's loader skips what it does not understand; here every line is accounted for.
 *
 * @param entry - its name, for findings
 * @param limit - number of lines beyond which it is refused: each takes memory of its own
 * @returns undefined where there are more
 */
export function readIni(
  bytes: Uint8Array,
  entry: string,
  findings: Findings,
  limit: number,
): Ini | undefined {
  const lines = Lines.of(checkText(bytes, entry, findings), limit);
  if (!lines) {
    findings.add("zip-limit", `It has more than ${limit} lines.`, { entry });
    return undefined;
  }
  const info = new Map<string, IniValue>();
  const columns: string[] = [];
  const columnLines: number[] = [];
  const domains: DomainLine[] = [];
  const seen = new Set<string>();
  let section = "";
  for (const [index, raw] of lines.entries()) {
    const line = index + 1;
    const trimmed = raw.trim();
    const where = { entry, line };
    // As the loader, even among the columns: a column whose name begins with # is lost to it.
    if (trimmed === "") continue;
    if (trimmed.startsWith("#")) {
      findings.add("ini-syntax", "The loader takes this line for a comment; H2O writes none.", where);
    } else if (SECTIONS.includes(trimmed)) {
      if (seen.has(trimmed)) findings.add("ini-duplicate", `There are two sections ${trimmed}.`, where);
      if (SECTIONS.indexOf(trimmed) !== seen.size)
        findings.add("ini-syntax", `The section ${trimmed} is not in its place.`, where);
      seen.add(trimmed);
      section = trimmed;
    } else if (section === "[info]") readInfo(trimmed, line, info, where, findings);
    else if (section === "[columns]") {
      columns.push(trimmed);
      columnLines.push(line);
    } else if (section === "[domains]") {
      const match = /^(\d{1,9}): (\d{1,9}) (\S.*)$/.exec(trimmed);
      if (match) domains.push({ column: Number(match[1]), count: Number(match[2]), file: match[3]!, line });
      else
        findings.add("ini-syntax", 'A line of the domains is not of the form "column: count file".', where);
    } else findings.add("ini-syntax", `${quote(trimmed)} stands before any section.`, where);
  }
  for (const name of SECTIONS) {
    if (!seen.has(name)) findings.add("ini-syntax", `The section ${name} is missing.`, { entry });
  }
  return { info, columns, columnLines, domains };
}

function readInfo(
  text: string,
  line: number,
  info: Map<string, IniValue>,
  where: object,
  findings: Findings,
): void {
  const equals = text.indexOf("=");
  const key = text.slice(0, Math.max(0, equals)).trim();
  if (equals < 0 || key === "") {
    findings.add("ini-syntax", 'A line of the info is not of the form "key = value".', where);
    return;
  }
  if (info.has(key)) findings.add("ini-duplicate", `The key ${quote(key)} is there twice.`, where);
  info.set(key, { text: text.slice(equals + 1).trim(), line });
}

/** Says where the text of an entry is not what H2O writes; returns it without a byte order mark. */
export function checkText(bytes: Uint8Array, entry: string, findings: Findings): Uint8Array {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    for (let at = 0; at < bytes.length; at += PIECE)
      decoder.decode(bytes.subarray(at, at + PIECE), { stream: true });
    decoder.decode();
  } catch {
    findings.add("ini-encoding", "It is not valid UTF-8.", { entry });
  }
  let carriage = bytes.indexOf(13);
  while (carriage >= 0 && bytes[carriage + 1] !== 10) carriage = bytes.indexOf(13, carriage + 1);
  if (carriage >= 0) findings.add("ini-encoding", "Its lines end in CR LF; H2O writes LF alone.", { entry });
  if (bytes.includes(0)) findings.add("ini-syntax", "It holds NUL characters.", { entry });
  if (bytes[0] !== 0xef || bytes[1] !== 0xbb || bytes[2] !== 0xbf) return bytes;
  // The loader compares the first line with "[info]" and drops everything below a line that differs.
  findings.add(
    "ini-syntax",
    "It begins with a byte order mark, which hides its first line from the loader.",
    {
      entry,
    },
  );
  return bytes.subarray(3);
}

/** Bytes decoded at a time. */
const PIECE = 1 << 16;
