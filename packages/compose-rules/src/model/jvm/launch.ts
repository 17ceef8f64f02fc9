import { slice, spread, UNKNOWN, type Text } from "../../language/text.js";
import { imageOptions, isJava8 } from "../images/jvm.js";
import type { ImageSettings } from "../images/settings.js";
import { answersItself, type JvmLaunch } from "./words.js";
import type { Command, Workload } from "../workload.js";
import { parseShell, splitWords, type Variables } from "./shell.js";

/** Scripts within scripts (`sh -c "bash -c …"`) are followed this far. */
const MAX_DEPTH = 4;
/** Commands that run commands (`exec env nice …`) are followed this far. */
const MAX_WRAPPERS = 32;
const SHELLS = new Set(["sh", "bash", "ash", "dash", "zsh", "ksh"]);
/** Commands that run the command they are given; the number of their own words that come before it. */
const WRAPPERS: Readonly<Record<string, number>> = {
  exec: 0, env: 0, nohup: 0, nice: 0, tini: 0, "dumb-init": 0, "docker-init": 0, catchsegv: 0, command: 0, sudo: 0, gosu: 1, "su-exec": 1, numactl: 0,
}; // prettier-ignore
/** Options of wrappers that take the next word. */
const WRAPPER_VALUES = /^(?:-[aunpeg]|--user|--adjustment)$/;

/** The variables the JVM itself reads: every one, the launcher of Java 9 and later, every one. */
const JVM_VARIABLES = ["JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"] as const;

/**
 * The JVMs a service evidently runs: each `java` its command starts, else the one its image is known to start, else
 * the one its environment speaks to in variables every JVM reads. Anything else is not guessed at.
 */
export function launchesOf(service: Workload, images: ImageSettings = {}): readonly JvmLaunch[] {
  const words = [...wordsOf(service.entrypoint), ...wordsOf(service.command)];
  const variables: Variables = (name) => {
    const value = service.environment.get(name);
    if (value === null) return undefined;
    return value ?? (service.hasUnknownEnvironment ? spread(UNKNOWN) : undefined);
  };
  const old = isJava8(service.image?.value ?? "") ? ["JDK_JAVA_OPTIONS"] : [];
  const started = javaCommands(words, variables, old, 0);
  if (started.length > 0) return started;
  const known = runsImage(words) ? imageOptions(service, variables, images) : undefined;
  if (known) return [launch(known.args, variables, [...known.ignores, ...old])];
  return JVM_VARIABLES.some((name) => service.environment.has(name))
    ? [{ ...launch([], variables, old), isHidden: true }]
    : [];
}

/** Commands of one's own that start nothing of the image: a script, unless it says that it does, and small tools. */
function runsImage(words: readonly Text[]): boolean {
  const first = words[0]?.value ?? "";
  const name = first.slice(first.lastIndexOf("/") + 1);
  if (SHELLS.has(name)) return words.some(({ value }) => /java|entrypoint|catalina|\b(?:re)?start|\brun\b|-server\b/.test(value)); // prettier-ignore
  return !/^(?:sleep|tail|cat|echo|true|curl|wget|cp|mv|rm|mkdir|chown|chmod|sysctl|nc|cub)$/.test(name); // prettier-ignore
}

function wordsOf(command: Command | undefined): readonly Text[] {
  if (!command) return [];
  return command.form === "list" ? command.words : splitWords(command.text);
}

function javaCommands(
  given: readonly Text[],
  outer: Variables,
  ignores: readonly string[],
  depth: number,
): readonly JvmLaunch[] {
  const own = new Map<string, Text>();
  const variables: Variables = (name) => own.get(name) ?? outer(name);
  let words = given;
  for (let wrappers = 0; wrappers < MAX_WRAPPERS; wrappers++) {
    const first = words[0];
    if (!first) return [];
    const rest = words.slice(1);
    const assignment = /^([A-Za-z_]\w*)=/.exec(first.value)?.[1];
    const name = first.value.slice(first.value.lastIndexOf("/") + 1);
    if (name === "java" || name === "java.exe")
      return answersItself(rest) ? [] : [launch(rest, variables, ignores)];
    if (SHELLS.has(name)) {
      const flag = rest.findIndex((word) => /^-[a-z]*c[a-z]*$/.test(word.value));
      const script = flag < 0 ? undefined : rest.slice(flag + 1).find((word) => !word.value.startsWith("-"));
      if (!script || depth >= MAX_DEPTH) return [];
      const steps = parseShell(script, variables).map(({ words: own, assignments, isAwaited }) => {
        const inner: Variables = (key) => assignments.get(key) ?? variables(key);
        return { isAwaited, launches: javaCommands(own, inner, ignores, depth + 1) };
      });
      // One that ends before the next one starts, to migrate or to look around, is not what the container is for.
      const last = steps.findLastIndex(({ launches }) => launches.length > 0);
      return steps.flatMap(({ isAwaited, launches }, at) => (isAwaited && at < last ? [] : launches));
    }
    if (assignment !== undefined && wrappers > 0) {
      own.set(assignment, slice(first, assignment.length + 1));
      words = rest;
    } else if (Object.hasOwn(WRAPPERS, name)) {
      words = afterOptions(rest).slice(WRAPPERS[name]);
    } else {
      // wait-for-it.sh db:5432 -- java …
      const separator = rest.findIndex((word) => word.value === "--");
      if (separator < 0) return [];
      words = rest.slice(separator + 1);
    }
  }
  return [];
}

function afterOptions(words: readonly Text[]): readonly Text[] {
  let at = 0;
  while (words[at]?.value.startsWith("-")) {
    const { value } = words[at++] ?? { value: "" };
    if (value === "--") break;
    if (WRAPPER_VALUES.test(value)) at++;
  }
  return words.slice(at);
}

function launch(args: readonly Text[], variables: Variables, ignores: readonly string[]): JvmLaunch {
  const [toolOptions, launcherOptions, overridingOptions] = JVM_VARIABLES.map((name) => {
    const value = ignores.includes(name) ? undefined : variables(name);
    // A file of variables seldom sets these; assuming that it does would silence everything.
    return value?.value === UNKNOWN && !value.origin ? undefined : value;
  });
  return { toolOptions, launcherOptions, args, overridingOptions };
}
