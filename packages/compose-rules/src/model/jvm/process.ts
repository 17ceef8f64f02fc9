import { UNKNOWN, type Text } from "../../language/text.js";
import { isJvmImage } from "../images/jvm.js";
import type { ImageSettings } from "../images/settings.js";
import type { Workload } from "../workload.js";
import { heapOf, type Heap } from "./heap.js";
import { launchesOf } from "./launch.js";
import type { JvmLaunch } from "./words.js";
import { fieldsOf } from "./shell.js";

/** A JVM that a workload runs. */
export interface JvmProcess {
  readonly launch: JvmLaunch;
  /** What it would do about its heap within the workload's limit. */
  readonly heap: Heap;
  /** Its options stand in variables by convention: whether the image's script passes them on is not known. */
  readonly isAssumed: boolean;
}

/** Variables that start scripts pass on by convention: JAVA_OPTS, CATALINA_OPTS, KAFKA_HEAP_OPTS, JVM_ARGS… */
const CONVENTIONAL = /^(?!JAVA_TOOL_OPTIONS$|JDK_JAVA_OPTIONS$|_JAVA_OPTIONS$)(?:[A-Z\d]+_)*(?:JAVA|JVM|CATALINA|HEAP)_?(?:OPTS|OPTIONS|OPT|ARGS|FLAGS|PARAMS)$/; // prettier-ignore

/** The processes of a workload, by what the settings say of images: several rules ask for the same. */
const known = new WeakMap<Workload, WeakMap<ImageSettings, readonly JvmProcess[]>>();

/** The JVMs a workload evidently runs; else one that conventional variables speak to. */
export function processesOf(workload: Workload, images: ImageSettings): readonly JvmProcess[] {
  let bySettings = known.get(workload);
  if (!bySettings) known.set(workload, (bySettings = new WeakMap()));
  let processes = bySettings.get(images);
  if (!processes) bySettings.set(images, (processes = readProcesses(workload, images)));
  return processes;
}

function readProcesses(workload: Workload, images: ImageSettings): readonly JvmProcess[] {
  const heap = (launch: JvmLaunch) => heapOf(launch, workload.memoryLimit?.bytes, workload.files);
  const launches = launchesOf(workload, images);
  const [hidden] = launches.filter(({ isHidden }) => isHidden);
  const conventional = launches.length === 0 || hidden ? conventionalOptions(workload) : [];
  // What is certain stays so, unless the others decide the heap once the image passes them on.
  const decide = conventional.some(({ value }) => /-Xmx|-XX:Max(?:HeapSize|RAM)/.test(value));
  const assumed = hidden && !decide ? [] : conventional;
  if (assumed.length === 0)
    return launches.map((launch) => ({ launch, heap: heap(launch), isAssumed: false }));
  const launch: JvmLaunch = { ...hidden, args: assumed.flatMap(fieldsOf) };
  return [{ launch, heap: heap(launch), isAssumed: true }];
}

/** Whether a workload is known to run a JVM: by its command, image, or the variables it sets. */
export function isJvm(workload: Workload, images: ImageSettings): boolean {
  const { image } = workload;
  return (
    processesOf(workload, images).length > 0 || (image !== undefined && !image.value.includes(UNKNOWN) && runsItself(workload) && isJvmImage(image.value, images)) // prettier-ignore
  );
}

/** Whether nothing but the image says what is started. */
function runsItself({ command, entrypoint }: Workload): boolean {
  return !command && !entrypoint;
}

function conventionalOptions({ environment }: Workload): Text[] {
  return [...environment].flatMap(([name, text]) =>
    text && CONVENTIONAL.test(name) && /(?:^|\s)-[A-Za-z]/.test(text.value) ? [text] : [],
  );
}

/** The option that decides a heap, as its user knows it. */
export function optionOf(heap: Heap): string | undefined {
  const setting = heap.kind === "heap" ? heap.decidedBy : undefined;
  return setting && (/^-Xm[xs]/.exec(setting.word.value)?.[0] ?? setting.flag);
}
