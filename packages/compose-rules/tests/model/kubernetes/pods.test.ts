import { describe, expect, test } from "vitest";
import { UNKNOWN } from "../../../src/language/text.js";
import type { Workload } from "../../../src/model/workload.js";
import { containerOf, containersOf } from "../../support/manifests.js";

const MIB = 2 ** 20;
const indent = (text: string, by: number) => text.trim().replace(/^/gm, " ".repeat(by)).trimStart();

/** A Deployment with one container of that body, and further documents. */
function deployment(body: string, more = "", pod = ""): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  template:
    metadata: { labels: { app: api } }
    spec:
      ${indent(pod || "restartPolicy: Always", 6)}
      containers:
        - name: main
          ${indent(body, 10)}
---
${more}`;
}

const values = ({ environment }: Workload) =>
  Object.fromEntries([...environment].map(([name, text]) => [name, text?.value]));

test.each([
  ["Pod", "v1", "spec: SPEC"],
  ["Deployment", "apps/v1", "spec: {template: {spec: SPEC}}"],
  ["StatefulSet", "apps/v1", "spec: {template: {spec: SPEC}}"],
  ["DaemonSet", "apps/v1", "spec: {template: {spec: SPEC}}"],
  ["ReplicaSet", "apps/v1", "spec: {template: {spec: SPEC}}"],
  ["Job", "batch/v1", "spec: {template: {spec: SPEC}}"],
  ["CronJob", "batch/v1", "spec: {jobTemplate: {spec: {template: {spec: SPEC}}}}"],
])("a %s starts its containers, each on its own", (kind, apiVersion, spec) => {
  const pod = "{initContainers: [{name: wait}, {name: proxy, restartPolicy: Always}], containers: [{name: a}, {name: b}]}";
  const text = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: x}\n${spec.replace("SPEC", pod)}\n`;
  const containers = containersOf(text);
  expect([...containers.keys()]).toEqual([`${kind}/x/initContainers/wait`, `${kind}/x/initContainers/proxy`, `${kind}/x/containers/a`, `${kind}/x/containers/b`]);
  expect(containers.get(`${kind}/x/containers/b`)?.sharesNetworkOf).toBe("x/a");
}); // prettier-ignore

test("lists, several documents, JSON, and what is none of these", () => {
  const pod = (name: string) => `{apiVersion: v1, kind: Pod, metadata: {name: ${name}}, spec: {containers: [{name: c}]}}`;
  const list = `apiVersion: v1\nkind: List\nitems: [${pod("a")}, ${pod("b")}]\n---\n${pod("c")}\n---\n# nothing\n`;
  expect([...containersOf(list).values()].map(({ name }) => name)).toEqual(["a/c", "b/c", "c/c"]);
  expect(containersOf('{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "j"}, "spec": {"containers": [{"name": "c"}]}}').size).toBe(1);
  expect(containersOf("apiVersion: v2\nname: chart\n").size).toBe(0);
  expect(containersOf("apiVersion: 7\nkind: [Pod]\nspec: {containers: [{name: c}]}\n").size).toBe(0);
}); // prettier-ignore

describe("the environment", () => {
  const MAPS = `apiVersion: v1
kind: ConfigMap
metadata: { name: jvm }
data: { JAVA_TOOL_OPTIONS: -Xmx1g, OTHER: x }
---
apiVersion: v1
kind: Secret
metadata: { name: hidden }
data: { A: LVhteDJn }
stringData: { B: plain }
`;

  test("env wins over envFrom, and later sources over earlier ones", () => {
    const container = containerOf(
      deployment("env: [{name: OTHER, value: y}]\nenvFrom: [{configMapRef: {name: jvm}}, {secretRef: {name: hidden}, prefix: P_}]", MAPS),
    ); // prettier-ignore
    expect(values(container)).toEqual({
      JAVA_TOOL_OPTIONS: "-Xmx1g",
      OTHER: "y",
      P_A: "-Xmx2g",
      P_B: "plain",
    });
    expect(container.hasUnknownEnvironment).toBe(false);
  });

  test("keys of sources by name, and sources that are not there", () => {
    const container = containerOf(
      deployment(
        `env:
  - { name: A, valueFrom: { configMapKeyRef: { name: jvm, key: OTHER } } }
  - { name: B, valueFrom: { secretKeyRef: { name: missing, key: x } } }
  - { name: C, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
  - { name: D }
envFrom: [{configMapRef: {name: missing}}]`,
        MAPS,
      ),
    );
    expect(values(container)).toEqual({ A: "x", B: UNKNOWN, C: UNKNOWN, D: "" });
    expect(container.hasUnknownEnvironment).toBe(true);
  });

  test("$(NAME) stands for what came before, in values and commands", () => {
    const container = containerOf(
      deployment(`command: [java, "-Xmx$(MB)m", $(LATER), $$(MB), $(NONE)]
env: [{name: E, value: $(MB)}, {name: MB, value: "512"}, {name: LATER, value: "-Xms$(MB)m"}]`),
    );
    expect(values(container)).toEqual({ E: "$(MB)", MB: "512", LATER: "-Xms512m" });
    const { entrypoint } = container;
    const words = entrypoint?.form === "list" ? entrypoint.words.map(({ value }) => value) : [];
    expect(words).toEqual(["java", "-Xmx512m", "-Xms512m", "$(MB)", "$(NONE)"]);
  });
});

describe("the memory limit", () => {
  const limit = (memory: string) => deployment(`resources: {limits: {memory: ${memory}}}`);
  const RANGE = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: r, namespace: n}\nspec: {limits: [{type: Pod, default: {memory: 9Gi}}, {type: Container, default: {memory: 1Gi}}]}\n"; // prettier-ignore

  test.each([
    ["1Gi", 1024 * MIB],
    ["512M", 512e6],
    ["1073741824", 1024 * MIB],
    ["0", undefined],
  ])("%s", (memory, bytes) => {
    const container = containerOf(limit(memory));
    expect(container.memoryLimit?.bytes).toBe(bytes);
    expect(container.memoryProblems).toEqual([]);
  });

  test.each([
    ["512m", /is 1 byte; "m" is a thousandth here/],
    ["1g", /"1g" is no quantity|"g" is no unit/],
    ["512mb", /no quantity|no unit/],
    ["512", /is 512 bytes/],
    ["-1Gi", /less than nothing/],
  ])("%s is a problem, and no limit", (memory, message) => {
    const container = containerOf(limit(memory));
    expect(container.memoryLimit).toBeUndefined();
    expect(container.memoryProblems.map((problem) => problem.message).join()).toMatch(message);
  });

  test("a request above it is refused", () => {
    const container = containerOf(deployment("resources: {limits: {memory: 1Gi}, requests: {memory: 2Gi}}"));
    expect(container.memoryProblems).toMatchObject([{ kind: "refused" }]);
  });

  test("of the pod, or of a LimitRange in its namespace", () => {
    expect(containerOf(deployment("image: a", RANGE)).memoryLimit?.bytes).toBe(1024 * MIB);
    expect(containerOf(deployment("image: a", RANGE.replace("namespace: n", "namespace: o"), "")).memoryLimit?.bytes).toBe(1024 * MIB);
    const far = deployment("image: a", RANGE).replace("{ name: api }", "{ name: api, namespace: other }");
    expect(containerOf(far).memoryLimit).toBeUndefined();
    expect(containerOf(deployment("image: a", RANGE, "resources: {limits: {memory: 2Gi}}")).memoryLimit?.bytes).toBe(2048 * MIB);
  }); // prettier-ignore

  test("is written in its own unit", () => {
    const [place] = containerOf(limit("2Gi")).memoryLimit?.places ?? [];
    expect([place?.write(3072 * MIB), place?.write(1792 * MIB)]).toEqual(["3Gi", "1792Mi"]);
    expect(containerOf(limit("2G")).memoryLimit?.places[0]?.write(2048 * MIB)).toBe("2048Mi");
  });
});

describe("ports", () => {
  const service = (spec: string) => `apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: ${spec}\n`;
  const ports = (text: string) =>
    containerOf(text).ports.map(({ how, published, target }) => [how, published, target]);

  test("of Services that select the pod, by number and by name", () => {
    const body = "ports: [{name: pg, containerPort: 5432}]";
    expect(ports(deployment(body, service("{type: NodePort, selector: {app: api}, ports: [{port: 5432, nodePort: 30432}]}")))).toEqual([["NodePort", "30432", 5432]]);
    expect(ports(deployment(body, service("{type: LoadBalancer, selector: {app: api}, ports: [{port: 80, targetPort: pg}]}")))).toEqual([["LoadBalancer", "80", 5432]]);
    expect(ports(deployment(body, service("{type: ClusterIP, selector: {app: api}, ports: [{port: 5432}]}")))).toEqual([]);
    expect(ports(deployment(body, service("{type: NodePort, selector: {app: other}, ports: [{port: 5432}]}")))).toEqual([]);
    expect(ports(deployment(body, service("{type: NodePort, ports: [{port: 5432}]}")))).toEqual([]);
    const internal = service("{type: LoadBalancer, selector: {app: api}, ports: [{port: 5432}]}").replace("{name: db}", "{name: db, annotations: {service.beta.kubernetes.io/aws-load-balancer-internal: 'true'}}");
    expect(ports(deployment(body, internal))).toEqual([]);
  }); // prettier-ignore

  test("of the host", () => {
    expect(ports(deployment("ports: [{containerPort: 6379, hostPort: 16379}]"))).toEqual([
      ["hostPort", "16379", 6379],
    ]);
    const container = containerOf(deployment("image: a", "", "hostNetwork: true"));
    expect(container).toMatchObject({ isOnHostNetwork: true, hostNetworkPlace: {} });
  });

  test("names and policies", () => {
    const more = `${service("{selector: {app: api}, ports: [{port: 1}]}")}---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: {podSelector: {matchLabels: {app: api}}, ingress: []}\n`;
    const container = containerOf(deployment("image: a", more));
    expect(container.dnsNames).toEqual(["db"]);
    expect(container.networks).toMatchObject([{ isInternal: true }]);
    expect(containerOf(deployment("image: a")).networks).toMatchObject([{ isInternal: false }]);
  });
});

test("mounts, with the volume behind each", () => {
  const names = ["e", "m", "h", "p", "c", "x", "gone"];
  const body = `volumeMounts: [${names.map((name) => `{name: ${name}, mountPath: /${name}}`).join(", ")}]`;
  const pod = "volumes: [{name: e, emptyDir: {}}, {name: m, emptyDir: {medium: Memory}}, {name: h, hostPath: {path: /srv}}, {name: p, persistentVolumeClaim: {claimName: q}}, {name: c, configMap: {name: k}}, {name: x, nfs: {}}]"; // prettier-ignore
  const config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: k}\ndata: {jvm.args: '-Xmx1g'}\n";
  const container = containerOf(deployment(body, config, pod));
  expect(container.mounts.map(({ kind }) => kind)).toEqual(["emptyDir", "tmpfs", "hostPath", "claim", "config", "other", "other"]); // prettier-ignore
  expect(container.mounts[2]).toMatchObject({ source: "/srv", target: "/h" });
  expect([...(container.files ?? [])]).toEqual([["/c/jvm.args", "-Xmx1g"]]);
});

test("claims of a StatefulSet", () => {
  const text = `apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec: {volumeClaimTemplates: [{metadata: {name: data}}], template: {spec: {containers: [{name: c, volumeMounts: [{name: data, mountPath: /d}]}]}}}\n`;
  expect(containerOf(text).mounts).toMatchObject([{ kind: "claim", target: "/d" }]);
});

test("resources of Strimzi and ECK", () => {
  const kafka = `apiVersion: kafka.strimzi.io/v1beta2
kind: Kafka
metadata: { name: events }
spec:
  kafka: { resources: { limits: { memory: 2Gi } }, jvmOptions: { "-Xms": 1g, "-Xmx": 1g, "-XX": { UseG1GC: true, MaxMetaspaceSize: 256m } } }
  zookeeper: { resources: { limits: { memory: 1Gi } } }
`;
  const containers = containersOf(kafka);
  expect([...containers.keys()]).toEqual(["Kafka/events/kafka", "Kafka/events/zookeeper"]);
  expect(containers.get("Kafka/events/kafka")?.environment.get("KAFKA_HEAP_OPTS")?.value).toBe("-Xms1g -Xmx1g -XX:+UseG1GC -XX:MaxMetaspaceSize=256m"); // prettier-ignore
  const elastic = `apiVersion: elasticsearch.k8s.elastic.co/v1
kind: Elasticsearch
metadata: { name: logs }
spec: { nodeSets: [{ name: a, podTemplate: { spec: { containers: [{ name: elasticsearch, env: [{ name: ES_JAVA_OPTS, value: -Xmx1g }] }] } } }] }
`;
  expect(containerOf(elastic)).toMatchObject({ memoryLimit: { bytes: 2048 * MIB, places: [] }, image: { value: "elasticsearch/elasticsearch" } }); // prettier-ignore
});
