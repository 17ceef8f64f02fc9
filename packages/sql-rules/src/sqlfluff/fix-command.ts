import { parse } from "node:path";
import { writeText } from "../files/targets.js";
import { EXIT, type Io } from "./io.js";
import { fileBlock, fileLine, finished, violationLines } from "./formats/human.js";
import { fix } from "./lint.js";
import type { FixOptions } from "./options.js";
import { Session, type Linted } from "./session.js";
import { isFailing, isFixable, type Violation } from "./violation.js";

/**
 * `fix`: rewrites files, or standard input to standard output, and returns the exit code.
 *
 * @param isFormat - `format`: no rule here is about layout, so it changes nothing
 */
export async function fixCommand(
  paths: readonly string[],
  options: FixOptions,
  io: Io,
  isFormat = false,
): Promise<number> {
  const session = new Session(io, options, isFormat);
  if (options.force) io.stderr("The -f/--force option is deprecated as it is now the default behaviour.\n");
  return paths.length === 1 && paths[0] === "-"
    ? fixStandardInput(session, options)
    : fixFiles(paths, session, options);
}

/** A file that could not be parsed as a whole is not fixed, unless that was asked for. */
const isFixed = ({ result, plan }: Linted): boolean =>
  plan.config.fixUnparsable || result.unparsed.length === 0;

const isLint = ({ fixes }: Violation): boolean => fixes !== undefined;

const fixedText = ({ source, plan }: Linted): string => (source ? fix(source, plan) : "");

async function fixStandardInput(session: Session, options: FixOptions): Promise<number> {
  const { io } = session;
  const next = await session.linted(["-"]).next();
  const linted = next.done ? undefined : next.value;
  if (!linted) return session.skipped > 0 && session.config.skipFails ? EXIT.violations : EXIT.clean;
  const { violations } = linted.result;
  const failed = reportUnparsed([linted], session, options);
  const isUnfixable = violations.some((found) => isLint(found) && isFailing(found) && !isFixable(found));
  if (isUnfixable) io.stderr("Unfixable violations detected.\n");
  const mayFix = isFixed(linted) && violations.some((found) => isFixable(found) && isFailing(found));
  io.stdout(mayFix ? fixedText(linted) : (linted.source?.text ?? ""));
  return failed || isUnfixable ? EXIT.violations : EXIT.clean;
}

async function fixFiles(paths: readonly string[], session: Session, options: FixOptions): Promise<number> {
  const { io, style } = session;
  const { quiet, check, showLintViolations } = options;
  const say = (text: string) => {
    if (!quiet) io.stdout(text);
  };

  say("==== finding fixable violations ====\n");
  const files: Linted[] = [];
  for await (const linted of session.linted(paths)) {
    files.push(linted);
    const { path, violations, unusedIgnores } = linted.result;
    const shown = showLintViolations ? violations : violations.filter(isFixable);
    const block = fileBlock({ path, violations: shown, unusedIgnores }, style);
    if (showLintViolations) io.stdout(block);
    else say(block);
    if (!check) write(linted, session, options);
  }

  let failed = reportUnparsed(files, session, options);
  const fixable = count(files.filter(isFixed), isFixable);
  if (fixable > 0) {
    if (check) say("==== fixing violations ====\n");
    io.stdout(`${fixable} fixable linting violations found\n`);
    if (check) failed = !confirmed(files, session, options) || failed;
  } else {
    say(`==== no fixable linting violations found ====\n${finished(style)}`);
  }

  const unfixable =
    count(files, (found) => isLint(found) && isFailing(found) && !isFixable(found)) +
    count(
      files.filter((linted) => !isFixed(linted)),
      isFixable,
    );
  if (unfixable > 0) io.stdout(`  [${unfixable} unfixable linting violations found]\n`);
  if (showLintViolations) io.stdout(unfixableList(files, session));
  const hasFailed = failed || unfixable > 0 || (session.skipped > 0 && session.config.skipFails);
  return hasFailed ? EXIT.violations : EXIT.clean;
}

function count(files: readonly Linted[], counts: (violation: Violation) => boolean): number {
  return files.reduce((sum, { result }) => sum + result.violations.filter(counts).length, 0);
}

function write(linted: Linted, session: Session, { fixedSuffix }: FixOptions): void {
  const { result, source } = linted;
  if (!source || !isFixed(linted) || !result.violations.some(isFixable)) return;
  const { dir, name, ext } = parse(source.absolute);
  const suffix = fixedSuffix ?? session.config.fixedSuffix;
  writeText(`${dir}/${name}${suffix}${ext}`, fixedText(linted));
  session.io.stdout(fileLine(result.path, "FIXED", session.style));
}

/** Asks, and fixes all files on a yes. */
function confirmed(files: readonly Linted[], session: Session, options: FixOptions): boolean {
  const { io } = session;
  io.stdout("Are you sure you wish to attempt to fix these? [Y/n] ");
  const key = io.key().toLowerCase();
  io.stdout("...\n");
  if (key !== "y" && key !== "\r" && key !== "\n") {
    io.stdout(`${key === "n" ? "" : "Invalid input, please enter 'Y' or 'N'\n"}Aborting...\n`);
    return false;
  }
  io.stdout("Attempting fixes...\nPersisting Changes...\n");
  for (const linted of files) write(linted, session, options);
  io.stdout(`Done. Please check your files to confirm.\n${finished(session.style)}`);
  return true;
}

/** Says on standard error what could not be parsed; returns whether that fails the run. */
function reportUnparsed(
  files: readonly Linted[],
  { io, style, config }: Session,
  { showLintViolations }: FixOptions,
): boolean {
  if (config.fixUnparsable) return false;
  const total = files.reduce((sum, { result }) => sum + result.unparsed.length, 0);
  const remaining = count(files, (found) => !isLint(found) && isFailing(found));
  if (total > 0 && !showLintViolations) {
    io.stderr(`  [${total} templating/parsing errors found]\n`);
    for (const { result } of files) {
      const lines = result.violations
        .filter((found) => !isLint(found))
        .map((found) => `  ${violationLines(found, style)}`);
      if (lines.length > 0) io.stderr(`  == [${result.path}] ==\n${lines.join("")}`);
    }
    if (remaining < total) {
      io.stderr(`  [${remaining} templating/parsing errors remaining after "ignore" & "warning"]\n`);
    }
  }
  return remaining > 0;
}

function unfixableList(files: readonly Linted[], { style }: Session): string {
  const blocks = files
    .toSorted((a, b) => (a.result.path < b.result.path ? -1 : 1))
    .map((linted) => {
      const { path, violations } = linted.result;
      const left = violations.filter((found) => isLint(found) && !(isFixable(found) && isFixed(linted)));
      const lines = left.map((found) => violationLines(found, style)).join("");
      return `${fileLine(path, left.length > 0 ? "FAIL" : "PASS", style)}${lines}`;
    });
  return `==== lint for unfixable violations ====\n${blocks.join("")}`;
}
