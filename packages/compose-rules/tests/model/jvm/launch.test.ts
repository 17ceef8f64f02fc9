import { describe, expect, test } from "vitest";
import { heapOf } from "../../../src/model/jvm/heap.js";
import { isJava8 } from "../../../src/model/images/jvm.js";
import { parseImage } from "../../../src/model/images/reference.js";
import { launchesOf } from "../../../src/model/jvm/launch.js";
import { serviceOf } from "../../support/parse.js";

const MEMORY = 4096 * 2 ** 20;

/** The heaps in MiB of the JVMs a service runs in a container of 4 GiB; a kind where there is none. */
function heaps(body: string): (number | string)[] {
  const service = serviceOf(`services:\n  s:\n${body.replace(/^/gm, "    ")}`);
  return launchesOf(service).map((launch) => {
    const heap = heapOf(launch, MEMORY);
    return heap.kind === "heap" ? heap.bytes / 2 ** 20 : heap.kind;
  });
}

describe("the JVMs a service evidently runs", () => {
  test.each<[string, (number | string)[]]>([
    ["image: me/app\ncommand: java -Xmx1g -jar a.jar -Xmx3g", [1024]],
    ["image: me/app\ncommand: [/usr/bin/java, -Xmx1g, -cp, a, Main]", [1024]],
    ["image: me/app\nentrypoint: [java]\ncommand: [-Xmx1g, -jar, a.jar]", [1024]],
    ["image: me/app\nentrypoint: [sh, -c]\ncommand: exec java -Xmx1g", []],
    ["image: me/app\nentrypoint: [sh, -c, exec java -Xmx1g]", [1024]],
    ['image: me/app\ncommand: bash -lc "cd /app && exec env A=b java $$O -jar a.jar"\nenvironment: {O: -Xmx2g}', [2048]],
    ['image: me/app\ncommand: ["sh", "-c", "java ${HEAP:--Xmx3g} -jar a.jar"]', [3072]],
    ['image: me/app\ncommand: ["java", "$$O", "-jar", "a.jar"]\nenvironment: {O: -Xmx2g}', [1024]],
    ["image: me/app\ncommand: tini -- gosu app nice -n 5 java -Xmx1g", [1024]],
    ["image: me/app\ncommand: ./wait-for-it.sh db:5432 -- java -Xmx1g", [1024]],
    ["image: me/app\ncommand: sh -c 'java -Xmx1g a & java -Xmx2g b'", [1024, 2048]],
    ["image: me/app\ncommand: sh -c 'export _JAVA_OPTIONS=-Xmx2g; java -Xmx1g a'", [2048]],
    ["image: me/app\ncommand: sh -c 'java -Xmx1g $$OPTS -jar a'", ["unknown"]],
    ["image: me/app\ncommand: sh -c 'java -Xmx1g $$OPTS -jar a'\nenv_file: .env", ["unknown"]],
    ["image: me/app\ncommand: sh -c 'java -version && java -Xmx300m -jar a.jar'", [300]],
    ["image: me/app\ncommand: sh -c 'java -cp x -version; exec ./run'", []],
    ["image: me/app\ncommand: sh -c 'java -Xmx1g -jar a.jar -version'", [1024]],
    ["image: me/app\ncommand: sh -c 'java -jar migrate.jar && exec java -Xmx1g -jar a.jar'", [1024]],
    ["image: me/app\ncommand: sh -c 'java -Xmx1g -jar a.jar; rm -f x'", [1024]],
    ["image: me/app\ncommand: sh -c 'if [ -f x ]; then java -Xmx1g a; else java -Xmx2g b; fi'", [1024, 2048]],
    ["image: me/app\ncommand: sh -c 'java -Xmx1g a || java -Xmx2g b'", [1024, 2048]],
    ["image: me/app\ncommand: sh -c '(java -Xmx1g a; echo) & java -Xmx2g b'", [1024, 2048]],
    ["image: me/app\ncommand: python -m java", []],
    ["image: me/app\nenvironment: {JAVA_OPTS: -Xmx1g, CATALINA_OPTS: -Xmx1g, JVM_OPTS: -Xmx1g}", []],
    ["image: me/app\nenvironment: {JAVA_TOOL_OPTIONS: -Xmx1g}", [1024]],
    ["image: me/app\nenvironment: [_JAVA_OPTIONS=-Xmx1g, JAVA_TOOL_OPTIONS=-Xmx2g]", [1024]],
    ["image: me/app\nenvironment: [JAVA_TOOL_OPTIONS]", ["unknown"]],
    ["image: openjdk:17\nenvironment: {JDK_JAVA_OPTIONS: -Xmx2g}\ncommand: java -jar a.jar", [2048]],
    ["image: openjdk:8-jre\nenvironment: {JDK_JAVA_OPTIONS: -Xmx2g}\ncommand: java -jar a.jar", [1024]],
    ["image: postgres:16", []],
  ])("%j runs %j", (body, expected) => {
    expect(heaps(body)).toEqual(expected);
  });
}); // prettier-ignore

describe("images in the table", () => {
  test.each<[string, (number | string)[]]>([
    ["image: tomcat:10\nenvironment: {JAVA_OPTS: -Xmx1g, CATALINA_OPTS: -Xmx2g}", [2048]],
    ["image: tomcat:10\nenvironment: {CATALINA_OPTS: -Xmx2g}\ncommand: catalina.sh run", [2048]],
    ["image: docker.elastic.co/elasticsearch/elasticsearch:8.15.0\nenvironment: ['ES_JAVA_OPTS=-Xms1g -Xmx1g']", [1024]],
    ["image: elasticsearch:8\nenvironment: {JAVA_TOOL_OPTIONS: -Xmx3g, ES_JAVA_OPTS: -Xmx1g}", [1024]],
    ["image: elasticsearch:8\nenvironment: {JAVA_TOOL_OPTIONS: -Xmx3g}", ["unknown"]],
    ["image: confluentinc/cp-kafka:7.6.0\nenvironment: {KAFKA_HEAP_OPTS: -Xmx3G}", [3072]],
    ["image: confluentinc/cp-kafka:7.6.0\nenvironment: {KAFKA_HEAP_OPTS: -Xmx3G, KAFKA_OPTS: -Xmx512m}", [512]],
    ["image: apache/kafka", [1024]],
    ["image: apache/kafka\nenvironment: {JAVA_TOOL_OPTIONS: -Xmx3g}", [1024]],
    ["image: apache/kafka\nenv_file: kafka.env", ["unknown"]],
    ["image: apache/kafka\ncommand: kafka-topics.sh --list", ["unknown"]],
    ["image: logstash:8.1.0", [1024]],
    ["image: zookeeper:3.9\nenvironment: {ZK_SERVER_HEAP: 2000}", [2000]],
    ["image: zookeeper:3.9\nenvironment: {JVMFLAGS: -Xmx2g}", [2048]],
    ["image: solr:9\nenvironment: {SOLR_HEAP: 2g, SOLR_JAVA_MEM: -Xmx1g}", [2048]],
    ["image: solr:9\nenvironment: {SOLR_JAVA_MEM: -Xms1g -Xmx1g}", [1024]],
    ["image: cassandra:4.1\nenvironment: {MAX_HEAP_SIZE: 512M, HEAP_NEWSIZE: 100M}", [512]],
    ["image: neo4j:5\nenvironment: {NEO4J_server_memory_heap_max__size: 2G}", [2048]],
    ["image: jenkins/jenkins:lts\nenvironment: {JAVA_OPTS: -Xmx2g}", [2048]],
    ["image: quay.io/keycloak/keycloak:25.0\nenvironment: {JAVA_OPTS_KC_HEAP: -Xmx2g}", [2048]],
    ["image: quay.io/keycloak/keycloak:25.0\nenvironment: {JAVA_OPTS_KC_HEAP: -Xmx2g, JAVA_OPTS: -Xmx1g}", [1024]],
    ["image: quay.io/keycloak/keycloak:25.0\nenvironment: {JAVA_OPTS_APPEND: -Xmx1g}\ncommand: start-dev", [1024]],
    ["image: metabase/metabase\nenvironment: {JAVA_OPTS: -Xmx1g}", [1024]],
    ["image: sonatype/nexus3\nenvironment: {INSTALL4J_ADD_VM_PARAMS: -Xms1g -Xmx1g}", [1024]],
    ["image: apache/nifi:1.28.0\nenvironment: {NIFI_JVM_HEAP_MAX: 2g}", [2048]],
    ["image: h2oai/h2o-open-source-k8s\nenvironment: {JAVA_TOOL_OPTIONS: -XX:MaxRAMPercentage=50}", [2048]],
    ["image: mirror.example:5000/hub/confluentinc/cp-kafka\nenvironment: {KAFKA_HEAP_OPTS: -Xmx3G}", [3072]],
    ["image: team/tomcat\nenvironment: {CATALINA_OPTS: -Xmx2g}", []],
  ])("%j runs %j", (body, expected) => {
    expect(heaps(body)).toEqual(expected);
  });
}); // prettier-ignore

test.each([
  ["tomcat:10-jdk17", "tomcat"],
  ["library/tomcat@sha256:abc", "tomcat"],
  ["localhost:5000/tomcat", "tomcat"],
  ["docker.io/library/tomcat:10", "tomcat"],
  ["quay.io/keycloak/keycloak:25", "keycloak/keycloak"],
  ["team/tomcat", "team/tomcat"],
])("the repository of %s is %s", (image, repository) => {
  expect(parseImage(image).repository).toBe(repository);
});

test("Java 8 is told by the image's name", () => {
  expect(["openjdk:8", "openjdk:8-jre", "tomcat:9-jdk8", "eclipse-temurin:8u402", "adoptopenjdk/openjdk8"].filter(isJava8)).toHaveLength(5); // prettier-ignore
  expect(["openjdk:17", "eclipse-temurin:11", "openjdk:18", "postgres:8"].filter(isJava8)).toEqual([]);
});
