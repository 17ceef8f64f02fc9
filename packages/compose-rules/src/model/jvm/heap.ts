import { spread, UNKNOWN, type Text } from "../../language/text.js";
import { MIB } from "../compose/bytes.js";
import type { OptionFiles } from "./option-files.js";
import { jvmWords, type JvmLaunch } from "./words.js";

const FLAGS = ["MaxHeapSize", "InitialHeapSize", "MinHeapSize", "MaxRAM", "MaxRAMPercentage", "MinRAMPercentage", "MaxRAMFraction", "MinRAMFraction"] as const; // prettier-ignore

/** The flags of HotSpot that take part in the choice of the maximum heap. */
export type Flag = (typeof FLAGS)[number];

function isFlag(name: string): name is Flag {
  return (FLAGS as readonly string[]).includes(name);
}

/** A flag as it was last set. Sizes are bytes, percentages are 0 to 100, fractions are divisors. */
export interface Setting {
  readonly flag: Flag;
  readonly value: number;
  readonly word: Text;
  /** Whether HotSpot refuses other settings that contradict this one, or silently bends one of the two. */
  readonly isStrict: boolean;
}

/** What a JVM would do about its heap. `word` is the option that decides it, `text` in the user's file. */
export type Heap =
  | {
      readonly kind: "heap";
      /** As declared: HotSpot rounds it up to a multiple of the heap alignment (2 MiB or a region). */
      readonly bytes: number;
      /** The setting that decides; undefined where the JVM takes its default share of the memory. */
      readonly decidedBy?: Setting | undefined;
      readonly settings: ReadonlyMap<Flag, Setting>;
    }
  | { readonly kind: "abort"; readonly because: string; readonly word?: Text | undefined }
  | { readonly kind: "unknown"; readonly because: string; readonly word?: Text | undefined };

/** A heap whose maximum is known. */
export type SizedHeap = Extract<Heap, { kind: "heap" }>;

/** HotSpot's built-in MaxHeapSize, 96 MiB scaled by 1.3 on 64 bits: the floor of the default heap on larger machines. */
const DEFAULT_MAX_HEAP = Math.floor((96 * MIB * 13) / 10 / 8) * 8;
/** Both collectors refuse a heap of one alignment unit. */
const SMALLEST_HEAP = 2 * MIB;
/** The user address space of x86-64 and arm64: no reservation above it succeeds. */
const ADDRESS_SPACE = 2 ** 47;
const DEFAULT_MAX_RAM = 128 * 2 ** 30;

const SUFFIXES: Readonly<Record<string, number>> = { "": 1, k: 2 ** 10, m: MIB, g: 2 ** 30, t: 2 ** 40 };

/**
 * A JVM memory size in bytes: decimal or `0x` digits and at most one letter of `kmgt` in either case, powers of 1024.
 * Everything else (`512mb`, `1.5g`, `-1`, spaces) is undefined: the JVM aborts on it.
 */
export function parseJvmSize(text: string): number | undefined {
  const match = /^(0[xX][\dA-Fa-f]+|\d+)([kKmMgGtT]?)$/.exec(text);
  if (!match?.[1]) return undefined;
  const bytes = Number(match[1]) * (SUFFIXES[match[2]?.toLowerCase() ?? ""] ?? 1);
  return bytes < 2 ** 64 ? bytes : undefined;
}

/**
 * The maximum heap HotSpot 9 and later would take, or why it would not start.
 * Precedence, low to high: JAVA_TOOL_OPTIONS, JDK_JAVA_OPTIONS, command line, _JAVA_OPTIONS; the last wins within each.
 * @param memory bytes of memory the JVM sees (the container's limit), undefined if unlimited or unknown
 * @param files contents of argument and option files by the name they are written with; one that is missing is unknown
 */
export function heapOf(launch: JvmLaunch, memory?: number, files: OptionFiles = new Map()): Heap {
  const settings = new Map<Flag, Setting>();
  const words = jvmWords(launch, files);
  if ("abort" in words) return { kind: "abort", because: words.abort, word: words.word };
  let unknown: Text | undefined;
  for (const { word, isBending } of words.options) {
    const { value } = word;
    if (value.includes(UNKNOWN)) {
      if (mayBeHeapOption(value.slice(0, value.indexOf(UNKNOWN)))) {
        // What it sets wins over everything before it, whatever that is.
        unknown = word;
        settings.clear();
      }
      continue;
    }
    const read = readOption(value);
    if (typeof read === "string") return { kind: "abort", because: read, word };
    for (const [flag, number] of read) {
      // HotSpot remembers that a flag was once set strictly, whatever sets it later.
      const isStrict = !isBending || /^-X[^X]/.test(value) || settings.get(flag)?.isStrict === true;
      settings.set(flag, { flag, value: number, word, isStrict });
      if (flag === "MaxHeapSize") unknown = undefined;
    }
  }
  if (unknown)
    return { kind: "unknown", because: "An option is known only where the project runs.", word: unknown };
  return conflict(settings) ?? ergonomics(settings, memory);
}

/** Whether an option that starts with `prefix` and continues with something unknown may change the heap. */
function mayBeHeapOption(prefix: string): boolean {
  const heapOptions = ["-Xmx", "-Xms", "-XX:MaxHeapSize=", "-XX:InitialHeapSize=", "-XX:MinHeapSize=", "-XX:MaxRAM", "-XX:MinRAM", "-XX:VMOptionsFile=", "-XX:Flags="]; // prettier-ignore
  return (
    heapOptions.some((option) => option.startsWith(prefix) || prefix.startsWith(option)) ||
    prefix.startsWith("@")
  );
}

/** The flags one option sets; a text says why the JVM refuses it. */
function readOption(option: string): [Flag, number][] | string {
  if (/^(?:--X|-J|-x|-XM|-Xm[XS]|-Xx:)/.test(option)) return `Unrecognized option: ${option}`;
  if (option.startsWith("-XX:") && !/^-XX:(?:[-+]\w+|\w+:?=.*)$/s.test(option))
    return `Unrecognized VM option '${option.slice(4)}'`;
  const size = /^-(?:Xmx|XX:MaxHeapSize=|(Xms))(.*)$/s.exec(option);
  if (size) {
    const bytes = parseJvmSize(size[2] ?? "");
    if (size[1]) {
      if (bytes === undefined) return `Invalid initial heap size: ${option}`;
      return [["InitialHeapSize", bytes], ["MinHeapSize", bytes]]; // prettier-ignore
    }
    return bytes ? [["MaxHeapSize", bytes]] : `Invalid maximum heap size: ${option}`;
  }
  const flag = /^-XX:([-+]?)((?:Initial|Min)HeapSize|MaxRAM|(?:Max|Min|Initial)RAM(?:Percentage|Fraction))(=.*)?$/s.exec(option); // prettier-ignore
  if (!flag) return [];
  const [, sign, name = "", written = ""] = flag;
  const improper = `Improperly specified VM option '${option.slice(4)}'`;
  if (sign) return improper;
  const percentage = /^=(\d+(?:\.\d+)?)$/.exec(written)?.[1];
  const value = name.endsWith("Percentage")
    ? Number(percentage)
    : (parseJvmSize(written.slice(1)) ?? Number.NaN);
  if (Number.isNaN(value)) return improper;
  if (name.endsWith("Percentage") && value > 100) return improper;
  if (name.endsWith("Fraction") && value < 1) return improper;
  // The initial share of the memory does not change the maximum.
  return isFlag(name) ? [[name, value]] : [];
}

/** The explicit sizes HotSpot refuses, alone or together (GCArguments::initialize_heap_flags_and_sizes). */
function conflict(settings: ReadonlyMap<Flag, Setting>): Heap | undefined {
  const max = settings.get("MaxHeapSize");
  const initial = positive(settings.get("InitialHeapSize"));
  const min = positive(settings.get("MinHeapSize"));
  const isAbove = (one: Setting | undefined, other: Setting | undefined) =>
    one && other && one.value > other.value && one.isStrict;
  if (isAbove(initial, max)) {
    return { kind: "abort", because: "Initial heap size set to a larger value than the maximum heap size", word: initial?.word }; // prettier-ignore
  }
  if (isAbove(min, max)) {
    return {
      kind: "abort",
      because: "Incompatible minimum and maximum heap sizes specified",
      word: min?.word,
    };
  }
  if (isAbove(min, initial) && initial?.isStrict) {
    return {
      kind: "abort",
      because: "Incompatible minimum and initial heap sizes specified",
      word: min?.word,
    };
  }
  const small = [initial, min].find((setting) => setting && setting.value < MIB);
  return small && { kind: "abort", because: "Too small initial or minimum heap", word: small.word };
}

/** Arguments::set_heap_size of HotSpot, without the limits of address space a container cannot reach. */
function ergonomics(settings: ReadonlyMap<Flag, Setting>, memory: number | undefined): Heap {
  const max = settings.get("MaxHeapSize");
  const initial = positive(settings.get("InitialHeapSize"));
  if (max) {
    const larger = initial && initial.value > max.value ? initial : max;
    return sized(larger.value, larger, settings);
  }
  const maxRam = settings.get("MaxRAM");
  const maxShare = settings.get("MaxRAMPercentage") ?? settings.get("MaxRAMFraction");
  const minShare = settings.get("MinRAMPercentage") ?? settings.get("MinRAMFraction");
  const shares = maxShare ?? minShare ?? maxRam;
  const seen = maxRam?.value ?? (shares || memory === undefined ? memory : Math.min(memory, DEFAULT_MAX_RAM));
  if (seen === undefined) return { kind: "unknown", because: "The heap is a share of the host's memory." };
  const least = Math.trunc((seen * percentage(minShare, 50)) / 100);
  const share = Math.trunc((seen * percentage(maxShare, 25)) / 100);
  const small = least < DEFAULT_MAX_HEAP;
  const chosen = small ? least : Math.max(share, DEFAULT_MAX_HEAP);
  const raise = initial ?? positive(settings.get("MinHeapSize"));
  if (raise && raise.value > chosen) return sized(raise.value, raise, settings);
  return sized(chosen, (small ? minShare : maxShare) ?? maxRam, settings);
}

function sized(bytes: number, decidedBy: Setting | undefined, settings: ReadonlyMap<Flag, Setting>): Heap {
  if (bytes <= SMALLEST_HEAP)
    return { kind: "abort", because: "Too small maximum heap", word: decidedBy?.word };
  if (bytes > ADDRESS_SPACE) {
    return {
      kind: "abort",
      because: "Could not reserve enough space for object heap",
      word: decidedBy?.word,
    };
  }
  return { kind: "heap", bytes, decidedBy, settings };
}

function percentage(setting: Setting | undefined, fallback: number): number {
  if (!setting) return fallback;
  return setting.flag.endsWith("Fraction") ? 100 / setting.value : setting.value;
}

/** Zero means "choose for me". */
function positive(setting: Setting | undefined): Setting | undefined {
  return setting && setting.value > 0 ? setting : undefined;
}

/** A launch from plain strings, for tests and tools. */
export function launchOf(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): JvmLaunch {
  const text = (name: string) => (environment[name] === undefined ? undefined : spread(environment[name]));
  return {
    toolOptions: text("JAVA_TOOL_OPTIONS"),
    launcherOptions: text("JDK_JAVA_OPTIONS"),
    args: args.map((argument) => spread(argument)),
    overridingOptions: text("_JAVA_OPTIONS"),
  };
}
