import { placeOf } from "../../language/source.js";
import { valueAt, type Value } from "../../language/value.js";
import type { Mount, MountKind } from "../workload.js";
import { dataOf } from "./environment.js";
import { byName, isNear, itemsAt, objectsWith, stringAt, type KubernetesObject } from "./objects.js";

/** What each kind of volume keeps its data in; kinds that are not here live outside of the pod. */
const KINDS: Readonly<Record<string, MountKind>> = {
  emptyDir: "emptyDir",
  // A claim of its own that goes with the pod.
  ephemeral: "emptyDir",
  hostPath: "hostPath",
  persistentVolumeClaim: "claim",
  configMap: "config",
  secret: "config",
  downwardAPI: "config",
  projected: "config",
  image: "image",
};

/** The mounts of a container, with the volume behind each. */
export function mountsOf(container: Value, pod: Value, owner: KubernetesObject): Mount[] {
  return itemsAt(container, "volumeMounts").flatMap((mount): Mount[] => {
    const target = stringAt(mount, "mountPath");
    const name = stringAt(mount, "name");
    if (target === undefined || name === undefined) return [];
    const volume = itemsAt(pod, "volumes").find((item) => stringAt(item, "name") === name);
    const claim = itemsAt(owner.value, "spec", "volumeClaimTemplates").find(
      (item) => stringAt(item, "metadata", "name") === name,
    );
    const declared = (claim ?? volume)?.origin;
    return [
      {
        kind: claim ? "claim" : kindOf(volume),
        target,
        source: stringAt(volume, "hostPath", "path") ?? name,
        isReadOnly: stringAt(mount, "readOnly") === "true",
        place: placeOf((valueAt(mount, "mountPath") ?? mount).origin),
        ...(declared ? { declared: placeOf(declared) } : {}),
      },
    ];
  });
}

function kindOf(volume: Value | undefined): MountKind {
  if (volume?.kind !== "mapping") return "other";
  if (stringAt(volume, "emptyDir", "medium") === "Memory") return "tmpfs";
  const kind = [...volume.entries.keys()].find((key) => Object.hasOwn(KINDS, key));
  return (kind === undefined ? undefined : KINDS[kind]) ?? "other";
}

/** The contents of ConfigMaps that are mounted into a container, by their path in it. */
export function mountedFiles(
  container: Value,
  pod: Value,
  owner: KubernetesObject,
  around: readonly KubernetesObject[],
): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const mount of itemsAt(container, "volumeMounts")) {
    const target = stringAt(mount, "mountPath")?.replace(/\/$/, "");
    const volume = itemsAt(pod, "volumes").find((item) => stringAt(item, "name") === stringAt(mount, "name"));
    const name = stringAt(volume, "configMap", "name") ?? "";
    const map = objectsWith(around, byName, `ConfigMap ${name}`).find((object) => isNear(object, owner));
    if (target === undefined || !map) continue;
    const items = itemsAt(volume, "configMap", "items");
    const subPath = stringAt(mount, "subPath");
    for (const [key, text] of dataOf(map)) {
      const item = items.find((one) => stringAt(one, "key") === key);
      if (items.length > 0 && !item) continue;
      const name = stringAt(item, "path") ?? key;
      if (subPath === undefined) files.set(`${target}/${name}`, text.value);
      else if (subPath === name) files.set(target, text.value);
    }
  }
  return files;
}
