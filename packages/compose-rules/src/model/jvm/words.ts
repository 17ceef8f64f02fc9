import { slice, spread, TextBuilder, UNKNOWN, type Text } from "../../language/text.js";

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
}

/** Contents of `@argument` files and `-XX:VMOptionsFile=` files by name. */
export type OptionFiles = ReadonlyMap<string, string>;

interface Refused {
  readonly abort: string;
  readonly word?: Text | undefined;
}

/** Launcher options whose value is the next word (java.c, IsWhiteSpaceOption). */
const TAKES_VALUE = new Set(["-cp", "-classpath", "--class-path", "-p", "--module-path", "--upgrade-module-path", "--add-modules", "--limit-modules", "--enable-native-access", "--add-exports", "--add-opens", "--add-reads", "--patch-module", "--source", "-d", "--describe-module"]); // prettier-ignore
const NAMES_MAIN = new Set(["-m", "--module"]);
/** Options the launcher answers itself; none of them may stand in JDK_JAVA_OPTIONS. */
const ENDS_LAUNCHER = /^(?:-jar|-m|--module(?:=.*)?|-h|-\?|-help|--help|-X|-version|--version|-showversion|--dry-run|--list-modules|--describe-module.*|-d|--validate-modules)$/s; // prettier-ignore
/** Argument files do not nest, option files may once. */
const MAX_WORDS = 10_000;

/** An option as the VM reads it. */
export interface JvmOption {
  readonly word: Text;
  /** From JAVA_TOOL_OPTIONS or _JAVA_OPTIONS: HotSpot does not hold such `-XX` flags against each other. */
  readonly isFromVariable: boolean;
}

/** The options the VM sees, in the order in which it reads them; or why the launcher or the VM stops before. */
export function jvmWords(
  launch: JvmLaunch,
  files: OptionFiles,
): { readonly options: readonly JvmOption[] } | Refused {
  const tool = quotedWords(launch.toolOptions, "JAVA_TOOL_OPTIONS");
  if ("abort" in tool) return tool;
  const launcher = quotedWords(launch.launcherOptions, "environment variable JDK_JAVA_OPTIONS");
  if ("abort" in launcher) return launcher;
  const fromLauncher = launcherOptions(launcher.words, files, true);
  if ("abort" in fromLauncher) return fromLauncher;
  const commandLine = launcherOptions(launch.args, files, false);
  if ("abort" in commandLine) return commandLine;
  const overriding = quotedWords(launch.overridingOptions, "_JAVA_OPTIONS");
  if ("abort" in overriding) return overriding;
  for (const word of [...tool.words, ...overriding.words]) {
    // The launcher's short forms and argument files mean nothing to the VM itself.
    if (/^(?:[^-\uFFFF]|-m[xs])/.test(word.value))
      return { abort: `Unrecognized option: ${word.value}`, word };
  }
  const read = (words: readonly Text[], isFromVariable: boolean) =>
    expandOptionFiles(words, files).map((word) => ({ word, isFromVariable }));
  return {
    options: [
      ...read(tool.words, true),
      ...read([...fromLauncher.options, ...commandLine.options], false),
      ...read(overriding.words, true),
    ],
  };
}

/** Splits an options variable as HotSpot and the launcher do: white space separates, either quote protects. */
function quotedWords(text: Text | undefined, name: string): { readonly words: readonly Text[] } | Refused {
  if (!text) return { words: [] };
  const words: Text[] = [];
  let word: TextBuilder | undefined;
  let quote = "";
  for (let at = 0; at < text.value.length; at++) {
    const character = text.value.charAt(at);
    if (quote === "" && /[ \t\r\n\v\f]/.test(character)) {
      if (word) words.push(word.build());
      word = undefined;
    } else {
      word ??= new TextBuilder();
      if (quote === "" && /["']/.test(character)) quote = character;
      else if (character === quote) quote = "";
      else word.append(slice(text, at, at + 1));
    }
  }
  if (quote !== "") return { abort: `Unmatched quote in ${name}`, word: text };
  if (word) words.push(word.build());
  return { words };
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
    /^@[^@]/.test(word.value) ? fileWords(files.get(word.value.slice(1)), word) : [word],
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
  return builder.build(word.node);
}

/** `-XX:VMOptionsFile=` expands where it stands; `-XX:Flags=` names a file of flags. */
function expandOptionFiles(words: readonly Text[], files: OptionFiles): Text[] {
  return words.flatMap((word) => {
    const name = /^-XX:(?:VMOptionsFile|Flags)=(.*)$/s.exec(word.value)?.[1];
    if (name === undefined || name === "/dev/null") return [word];
    return fileWords(files.get(name), word);
  });
}

function fileWords(content: string | undefined, word: Text): readonly Text[] {
  const unknown = [spread(UNKNOWN, [word.starts[0] ?? -1, word.ends.at(-1) ?? -1], word.node)];
  if (content === undefined) return unknown;
  const uncommented = content.replace(/^\s*#.*$/gm, "");
  const read = quotedWords(
    spread(uncommented, [word.starts[0] ?? -1, word.ends.at(-1) ?? -1], word.node),
    word.value,
  );
  return "abort" in read || read.words.length > MAX_WORDS ? unknown : read.words;
}
