import { readDockerfile as instructionsOf, type DockerInstruction } from "../language/dockerfile.js";
import type { Excerpt } from "../language/excerpt.js";
import { readWords } from "../language/shell.js";
import { installedBy } from "./installs.js";
import { plainJarIn } from "./jars.js";
import type { Pin, PinFile } from "./pin.js";
import { placed, scriptPins, textPins, type Said } from "./scripts.js";

/** Nobody writes a longer Dockerfile. */
const MAX_DOCKERFILE = 256 * 1024;
/** What h2o-genmodel needs beside it to load trees. */
const NEEDED = /h2o-tree-api|h2o-genmodel-all|copy-dependencies|dependency:get|get_genmodel_jar/;

/** A Dockerfile: what is installed, downloaded, added and copied, with ARG and ENV filled in. */
export function readDockerfile(text: string): PinFile {
  if (text.length > MAX_DOCKERFILE)
    return { pins: [], includes: [], unread: `it is longer than ${MAX_DOCKERFILE / 1024} KiB` };
  const pins: Pin[] = [];
  let thinJar: readonly [number, number] | undefined;
  let unread: string | undefined;
  for (const instruction of instructionsOf(text).instructions) {
    const { variable } = instruction;
    const keyword = keywordOf(instruction, text);
    if (!["RUN", "ADD", "COPY"].includes(keyword)) continue;
    const content = instruction.content();
    const said: Said =
      keyword === "RUN" ? run(text, content, variable) : { pins: textPins(text, content, variable) };
    pins.push(...said.pins);
    unread ??= said.unread;
    const jar = plainJarIn(content.text);
    if (jar) thinJar ??= content.place(jar);
  }
  return {
    pins,
    includes: [],
    ...(unread === undefined ? {} : { unread }),
    ...(thinJar && !NEEDED.test(text) ? { thinJar } : {}),
  };
}

/** What an instruction does, at once or where the image is built upon. */
function keywordOf({ keyword, range }: DockerInstruction, text: string): string {
  if (keyword !== "ONBUILD") return keyword;
  return (/^\s*ONBUILD\s+(\w+)/i.exec(text.slice(...range))?.[1] ?? keyword).toUpperCase();
}

function run(text: string, content: Excerpt, variable: DockerInstruction["variable"]): Said {
  const words = wordsOf(content.text);
  if (!words) return scriptPins(text, content, variable);
  const { commands, unread } = readWords(words, variable);
  const installed = commands.flatMap(installedBy).map((pin) => placed(pin, text, content));
  return {
    pins: [...textPins(text, content, variable), ...installed],
    ...(unread === undefined ? {} : { unread }),
  };
}

/** The words of `["pip", "install", "x"]`, with their offsets. */
function wordsOf(content: string): { value: string; start: number }[] | undefined {
  if (!/^\s*\[\s*"/.test(content)) return undefined;
  try {
    if (!Array.isArray(JSON.parse(content))) return undefined;
  } catch {
    return undefined;
  }
  return [...content.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(({ index, 1: value = "" }) => ({
    value,
    start: index + 1,
  }));
}
