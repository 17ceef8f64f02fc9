/** An element of XML, with the names of it and of its attributes without prefixes. */
export interface XmlElement {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: XmlElement[];
  /** The text directly in it, entities decoded. */
  text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/**
 * The elements of an XML text, below one that stands for the document. Comments and processing instructions are passed
 * over, a document type and entities of its own are not known: nothing is expanded, nothing else is opened.
 *
 * Linear in the length of the text.
 *
 * @returns `isBroken` where the text ends inside of something, or ends what it did not begin
 */
export function readXml(text: string): { document: XmlElement; isBroken: boolean } {
  const document: XmlElement = { name: "", attributes: {}, children: [], text: "" };
  const open = [document];
  const broken = { document, isBroken: true };
  for (let at = 0; at < text.length;) {
    const top = open.at(-1)!;
    const tag = text.indexOf("<", at);
    top.text += decoded(text.slice(at, tag < 0 ? text.length : tag));
    if (tag < 0) break;
    const [, closer] = SPECIAL.find(([opener]) => text.startsWith(opener, tag)) ?? [];
    const end = closer === undefined ? tagEnd(text, tag) : text.indexOf(closer, tag + 2);
    if (end < 0) return broken;
    at = end + (closer?.length ?? 1);
    if (closer === "]]>") top.text += text.slice(tag + "<![CDATA[".length, end);
    if (closer !== undefined) continue;
    if (text[tag + 1] === "/") {
      if (open.length === 1 || open.pop()!.name !== local(text.slice(tag + 2, end).trim())) return broken;
      continue;
    }
    const isEmpty = text[end - 1] === "/";
    const inner = text.slice(tag + 1, isEmpty ? end - 1 : end);
    const [name = ""] = inner.split(/\s/, 1);
    const element: XmlElement = {
      name: local(name),
      attributes: attributesOf(inner),
      children: [],
      text: "",
    };
    top.children.push(element);
    if (!isEmpty) open.push(element);
  }
  return { document, isBroken: open.length > 1 };
}

/** What begins with `<` and is no tag, with what ends it. */
const SPECIAL: readonly [opener: string, closer: string][] = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
  ["<!", ">"],
];

/** The offset of the `>` of a tag: none in a quoted value. */
function tagEnd(text: string, tag: number): number {
  let quote = "";
  for (let at = tag + 1; at < text.length; at++) {
    const character = text[at]!;
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === ">") return at;
    else if (character === '"' || character === "'") quote = character;
  }
  return -1;
}

function attributesOf(tag: string): Record<string, string> {
  return Object.fromEntries(
    Array.from(tag.matchAll(ATTRIBUTE), ([, name = "", double, single = ""]) => [
      local(name),
      decoded(double ?? single),
    ]),
  );
}

const local = (name: string): string => name.slice(name.indexOf(":") + 1);

function decoded(text: string): string {
  return text.replaceAll(/&(\w{1,5});/g, (written, name: string) => ENTITIES[name] ?? written);
}
