import type { Problem } from "../../language/source.js";
import type { Project } from "../workload.js";
import { customWorkloads } from "./custom.js";
import { podTemplateOf, workloadsOf } from "./pods.js";
import type { KubernetesObject } from "./objects.js";

/**
 * The project of objects that are applied together.
 *
 * @param objects what is applied
 * @param context further objects of the cluster that say what becomes of them: ConfigMaps, Services, LimitRanges
 */
export function readManifests(
  objects: readonly KubernetesObject[],
  context: readonly KubernetesObject[] = [],
  problems: readonly Problem[] = [],
): Project {
  const around = [...objects, ...context];
  const workloads = objects.flatMap((object) => {
    const template = podTemplateOf(object);
    return template ? workloadsOf(object, template, around) : customWorkloads(object, around);
  });
  const files = new Set(objects.map(({ origin }) => origin.file.path));
  return { platform: "kubernetes", workloads, problems, files: [...files] };
}
