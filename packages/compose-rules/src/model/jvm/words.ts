import { slice, spread, TextBuilder, UNKNOWN, type Text } from "../../language/text.js";
import {
  argumentFileWords,
  fileWords,
  flagsFileWords,
  quotedWords,
  type OptionFiles,
} from "./option-files.js";

/** Everything a JVM takes options from. */
export interface JvmLaunch {
  /** JAVA_TOOL_OPTIONS: read by every HotSpot JVM, lowest precedence. */
  readonly toolOptions?: Text | undefined;
  /** JDK_JAVA_OPTIONS: read by the `java` launcher of JDK 9 and later, before the command line. */
  readonly launcherOptions?: Text | undefined;
  /** The words after `java`: options, the main class or `-jar`, and the program's own arguments. */
  readonly args: readonly Text[];
  /** _JAVA_OPTIONS: read by every HotSpot JVM, highest precedence. */
  readonly overridingOptions?: Text | undefined;
  /** Nothing but variables that every JVM reads says that there is one: how it is started is not known. */
  readonly isHidden?: boolean | undefined;
}

interface Refused {
  readonly abort: string;
  readonly word?: Text | undefined;
}

/** Launcher options whose value is the next word (java.c, IsWhiteSpaceOption). */
const TAKES_VALUE = new Set(["-cp", "-classpath", "--class-path", "-p", "--module-path", "--upgrade-module-path", "--add-modules", "--limit-modules", "--enable-native-access", "--add-exports", "--add-opens", "--add-reads", "--patch-module", "--source", "-d", "--describe-module"]); // prettier-ignore
const NAMES_MAIN = new Set(["-m", "--module"]);
/** Options the launcher answers itself; none of them may stand in JDK_JAVA_OPTIONS. */
const ENDS_LAUNCHER = /^(?:-jar|-m|--module(?:=.*)?|-h|-\?|-help|--help|-X|-version|--version|-showversion|--dry-run|--list-modules|--describe-module.*|-d|--validate-modules)$/s; // prettier-ignore
/** What the launcher understands or turns into something else, and the VM itself does not know. */
const LAUNCHER_ONLY = /^(?:|[^-\uFFFF].*|-m[xs].*|-ss.*|-J.*|-splash:.*|-server|-client|-d32|-d64|-showversion|-fullversion|-Xdiag|-XshowSettings.*|--(?:class-path|source|show-version|full-version|disable-@files)(?:=.*)?)$/s; // prettier-ignore

/** Options that the launcher answers, and then ends. */
const ANSWERED =
  /^(?:-h|-\?|-help|--help|-X|-version|--version|-fullversion|--full-version|--list-modules|--validate-modules)$/;

/** Whether `java` is only asked something, such as its version: it runs no program then. */
export function answersItself(args: readonly Text[]): boolean {
  for (let at = 0; at < args.length; at++) {
    const value = args[at]?.value ?? "";
    if (ANSWERED.test(value)) return true;
    if (!value.startsWith("-") || value === "-jar" || NAMES_MAIN.has(value)) return false;
    if (TAKES_VALUE.has(value)) at++;
  }
  return false;
}

/** An option as the VM reads it. */
export interface JvmOption {
  readonly word: Text;
  /** From a variable of the VM or a file of flags: HotSpot does not hold such `-XX` flags against each other. */
  readonly isBending: boolean;
}

/** The options the VM sees, in the order in which it reads them; or why the launcher or the VM stops before. */
export function jvmWords(
  launch: JvmLaunch,
  files: OptionFiles,
): { readonly options: readonly JvmOption[] } | Refused {
  const launcher = variableWords(launch.launcherOptions, "environment variable JDK_JAVA_OPTIONS");
  if ("abort" in launcher) return launcher;
  const fromLauncher = launcherOptions(launcher.words, files, true);
  if ("abort" in fromLauncher) return fromLauncher;
  const commandLine = launcherOptions(launch.args, files, false);
  if ("abort" in commandLine) return commandLine;
  const tool = variableWords(launch.toolOptions, "JAVA_TOOL_OPTIONS");
  if ("abort" in tool) return tool;
  const overriding = variableWords(launch.overridingOptions, "_JAVA_OPTIONS");
  if ("abort" in overriding) return overriding;
  const options: JvmOption[] = [];
  let flagsFile: Text | undefined;
  for (const { words, isVariable } of [
    { words: tool.words, isVariable: true },
    { words: [...fromLauncher.options, ...commandLine.options], isVariable: false },
    { words: overriding.words, isVariable: true },
  ]) {
    const expanded = expandOptionsFile(words, files, isVariable);
    if ("abort" in expanded) return expanded;
    for (const word of expanded.words) {
      if (word.value.startsWith("-XX:Flags=")) flagsFile = word;
      options.push({ word, isBending: isVariable });
    }
  }
  // The last file of flags is read, and before everything else.
  const name = flagsFile?.value.slice("-XX:Flags=".length);
  if (!flagsFile || name === undefined || name === "/dev/null") return { options };
  const flags = fileWords(files, name, flagsFile, flagsFileWords);
  // The names of HotSpot's flags begin with a capital letter.
  const wrong = flags.find(({ value }) => /^-XX:[-+]?[^-+A-Z\uFFFF]/.test(value));
  if (wrong) return unrecognized(wrong);
  return { options: [...flags.map((word) => ({ word, isBending: true })), ...options] };
}

function variableWords(text: Text | undefined, name: string): { readonly words: readonly Text[] } | Refused {
  if (!text) return { words: [] };
  const words = quotedWords(text);
  return words ? { words } : { abort: `Unmatched quote in ${name}`, word: text };
}

/**
 * The options before the main class, without those that take part only in finding it. `@file` stands for the words
 * in the file, `@@x` for `@x`; a file that was not handed in is unknown.
 */
function launcherOptions(
  given: readonly Text[],
  files: OptionFiles,
  isVariable: boolean,
): { readonly options: Text[] } | Refused {
  const words = given.flatMap((word) =>
    /^@[^@]/.test(word.value) ? fileWords(files, word.value.slice(1), word, argumentFileWords) : [word],
  );
  const options: Text[] = [];
  let isJar = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (!word) break;
    const { value } = word;
    if (isVariable && ENDS_LAUNCHER.test(value)) {
      return { abort: `Option ${value} is not allowed in environment variable JDK_JAVA_OPTIONS`, word };
    }
    if (!value.startsWith("-")) {
      // An unknown word before the main class may be options; after -jar it is the file.
      if (value.startsWith(UNKNOWN) && !isJar) options.push(word);
      else if (isVariable)
        return { abort: "Cannot specify main class in environment variable JDK_JAVA_OPTIONS", word };
      else break;
    } else if (NAMES_MAIN.has(value)) {
      break;
    } else if (TAKES_VALUE.has(value)) {
      at++;
    } else {
      isJar ||= value === "-jar";
      // The launcher's short forms of -Xmx and -Xms.
      options.push(/^-m[xs]/.test(value) ? respell(word) : word);
    }
  }
  return { options };
}

function respell(word: Text): Text {
  const builder = new TextBuilder();
  builder.append(slice(word, 0, 1));
  builder.append(spread("X", [word.starts[1] ?? -1, word.starts[1] ?? -1]));
  builder.append(slice(word, 1));
  return builder.build(word.origin);
}

/** `-XX:VMOptionsFile=` expands where it stands: once a source of options, and not within such a file. */
function expandOptionsFile(
  given: readonly Text[],
  files: OptionFiles,
  isVariable: boolean,
): { readonly words: readonly Text[] } | Refused {
  const words: Text[] = [];
  let seen: Text | undefined;
  for (const word of given) {
    const name = optionsFileOf(word);
    if (isVariable && isLauncherOnly(word.value)) return unrecognized(word);
    if (name === undefined) {
      words.push(word);
      continue;
    }
    if (seen) return { abort: `The option '${seen.value}' is already specified`, word };
    seen = word;
    const content = files.get(name);
    if (content !== undefined && !quotedWords(spread(content)))
      return { abort: `Unmatched quote in ${name}`, word };
    const inner = fileWords(files, name, word, (text) =>
      (quotedWords(spread(text)) ?? []).map(({ value }) => value),
    );
    const wrong = inner.find(({ value }) => isLauncherOnly(value));
    if (wrong) return unrecognized(wrong);
    if (inner.some((option) => optionsFileOf(option) !== undefined))
      return { abort: "A VM options file may not refer to a VM options file", word };
    words.push(...inner);
  }
  return { words };
}

function optionsFileOf(word: Text): string | undefined {
  return /^-XX:VMOptionsFile=(.*)$/s.exec(word.value)?.[1];
}

function isLauncherOnly(option: string): boolean {
  return LAUNCHER_ONLY.test(option) || ENDS_LAUNCHER.test(option) || TAKES_VALUE.has(option);
}

function unrecognized(word: Text): Refused {
  return { abort: `Unrecognized option: ${word.value}`, word };
}
