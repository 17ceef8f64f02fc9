import { placeOf, type Problem } from "../../language/source.js";
import type { Project, Workload } from "../workload.js";
import { customWorkloads } from "./custom.js";
import { podTemplateOf, templatesIn, workloadsOf } from "./pods.js";
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
  const unread: Problem[] = [];
  const read = objects.flatMap((object) => {
    const template = podTemplateOf(object);
    const known = template ? workloadsOf(object, template, around) : customWorkloads(object, around);
    const own = template || known.length > 0 ? known : otherWorkloads(object, around, unread);
    return own.map((workload) => ({ workload, namespace: object.namespace }));
  });
  const workloads = toldApart(read);
  const files = new Set(objects.map(({ origin }) => origin.file.path));
  return { platform: "kubernetes", workloads, problems: [...problems, ...unread], files: [...files] };
}

/** What a resource of a kind that is not known starts, as far as it has templates of pods. */
function otherWorkloads(
  object: KubernetesObject,
  around: readonly KubernetesObject[],
  problems: Problem[],
): Workload[] {
  const { templates, loose } = templatesIn(object);
  if (loose) {
    const message = `${object.kind} "${object.name}" has containers that only its operator knows how to start.`;
    problems.push({ message, place: placeOf(loose), kind: "unread" });
  }
  return templates.flatMap((template) => workloadsOf(object, template, around));
}

/** Workloads of one name in several namespaces, with these before their names, as kubectl writes them. */
function toldApart(
  read: readonly { readonly workload: Workload; readonly namespace: string | undefined }[],
): Workload[] {
  const namespaces = new Map<string, Set<string | undefined>>();
  for (const { workload, namespace } of read) {
    namespaces.set(workload.subject, (namespaces.get(workload.subject) ?? new Set()).add(namespace));
  }
  return read.map(({ workload, namespace }) => {
    const { subject, name, sharesNetworkOf } = workload;
    if (namespace === undefined || (namespaces.get(subject)?.size ?? 0) < 2) return workload;
    return {
      ...workload,
      subject: subject.replace("/", `/${namespace}/`),
      name: `${namespace}/${name}`,
      ...(sharesNetworkOf === undefined ? {} : { sharesNetworkOf: `${namespace}/${sharesNetworkOf}` }),
    };
  });
}
