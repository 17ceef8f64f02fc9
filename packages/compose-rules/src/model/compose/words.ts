import { slice, TextBuilder, type Text } from "../../language/text.js";

/**
 * Splits a command as Compose does (go-shellwords): at white space, with quotes and backslashes taken away. What
 * stands behind a bare `;`, `&`, `|`, `<` or `>` is lost. Returns an error text where Compose refuses the command.
 */
export function splitCommand(text: Text): readonly Text[] | { readonly error: string } {
  const { value } = text;
  const words: Text[] = [];
  let word = new TextBuilder();
  let [isOpen, isEscaped, isSubstitution, isBacktick] = [false, false, false, false];
  let quote = "";
  const refused = { error: `"${value}" is no command line: a quote, bracket or backslash does not fit.` };
  const end = () => {
    if (isOpen) words.push(word.build(text.origin));
    word = new TextBuilder();
    isOpen = false;
  };
  for (let at = 0; at < value.length; at++) {
    const character = value.charAt(at);
    const take = () => {
      word.append(slice(text, at, at + 1));
    };
    if (isEscaped) {
      take();
      isEscaped = false;
      isOpen = true;
      continue;
    }
    if (character === "\\" && quote !== "'") {
      isEscaped = true;
      continue;
    }
    if (/[ \t\r\n]/.test(character)) {
      if (quote !== "" || isBacktick || isSubstitution) take();
      else end();
      continue;
    }
    if (
      (character === '"' || character === "'") &&
      !isSubstitution &&
      (quote === "" || quote === character)
    ) {
      // Quotes around nothing are a word, too.
      isOpen ||= quote !== "";
      quote = quote === "" ? character : "";
      continue;
    }
    if (character === "`" && quote === "" && !isSubstitution) isBacktick = !isBacktick;
    else if (character === ")" && quote === "" && !isBacktick) isSubstitution = !isSubstitution;
    else if (character === "(" && quote === "" && !isBacktick) {
      if (isSubstitution || !word.value.endsWith("$")) return refused;
      isSubstitution = true;
      take();
      continue;
    } else if (/[;&|<>]/.test(character) && quote === "" && !isBacktick && !isSubstitution) {
      // `2>` at the end of a word is a redirection, and no word.
      if (character === ">" && /^\d/.test(word.value)) isOpen = false;
      break;
    }
    take();
    isOpen = true;
  }
  end();
  return isEscaped || quote !== "" || isBacktick || isSubstitution ? refused : words;
}
