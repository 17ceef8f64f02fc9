import { slice, spread, TextBuilder, UNKNOWN, type Text } from "../language/text.js";
import type { Service } from "./project.js";
import { fieldsOf, type Variables } from "./shell.js";

/** How an image's start script hands a variable to `java`. */
interface Passing {
  readonly variable: string;
  /** Written before the value (`-Xmx`); without it the value is a list of options. */
  readonly prefix?: string;
  readonly suffix?: string;
  /** The script leaves this one out when that variable is set. */
  readonly unless?: string;
}

interface ImageRow {
  /** Repositories without registry and tag; official images bear no slash. */
  readonly repositories: readonly string[];
  /** In the order in which the script writes them on the command line: the last wins. */
  readonly passes: readonly Passing[];
  /** Variables of the JVM that the script removes before it starts `java`. */
  readonly ignores?: readonly string[];
}

/** The versions of the scripts below were read in this month; raise it when a row is checked again. */
export const IMAGE_TABLE_VERSION = "2025-11";

const options = (...names: readonly string[]): Passing[] => names.map((variable) => ({ variable }));

/** What the start scripts of well-known images pass to `java`. */
const IMAGES: readonly ImageRow[] = [
  // tomcat bin/catalina.sh: eval exec "$_RUNJAVA" … "$JAVA_OPTS" "$CATALINA_OPTS" … Bootstrap
  { repositories: ["tomcat", "tomee", "bitnami/tomcat"], passes: options("JAVA_OPTS", "CATALINA_OPTS") },
  // elasticsearch JvmOptionsParser appends ES_JAVA_OPTS; bin/elasticsearch-env unsets JAVA_TOOL_OPTIONS
  {
    repositories: ["elasticsearch", "elasticsearch/elasticsearch"],
    passes: options("ES_JAVA_OPTS"),
    ignores: ["JAVA_TOOL_OPTIONS"],
  },
  // opensearch bin/opensearch-env, as Elasticsearch
  {
    repositories: ["opensearchproject/opensearch"],
    passes: options("OPENSEARCH_JAVA_OPTS"),
    ignores: ["JAVA_TOOL_OPTIONS"],
  },
  // logstash bin/logstash.lib.sh: LS_JAVA_OPTS after jvm.options; unsets JAVA_TOOL_OPTIONS
  {
    repositories: ["logstash", "logstash/logstash"],
    passes: options("LS_JAVA_OPTS"),
    ignores: ["JAVA_TOOL_OPTIONS"],
  },
  // kafka bin/kafka-run-class.sh: exec "$JAVA" $KAFKA_HEAP_OPTS $KAFKA_JVM_PERFORMANCE_OPTS … $KAFKA_OPTS
  {
    repositories: ["apache/kafka", "apache/kafka-native", "bitnami/kafka", "bitnamilegacy/kafka", "wurstmeister/kafka", "confluentinc/cp-kafka", "confluentinc/cp-server", "confluentinc/cp-kafka-connect", "confluentinc/cp-kafka-connect-base", "confluentinc/cp-server-connect", "confluentinc/cp-zookeeper"],
    passes: options("KAFKA_HEAP_OPTS", "KAFKA_JVM_PERFORMANCE_OPTS", "KAFKA_JMX_OPTS", "KAFKA_OPTS"),
  }, // prettier-ignore
  // schema-registry bin/schema-registry-run-class
  {
    repositories: ["confluentinc/cp-schema-registry"],
    passes: options(
      "SCHEMA_REGISTRY_HEAP_OPTS",
      "SCHEMA_REGISTRY_JVM_PERFORMANCE_OPTS",
      "SCHEMA_REGISTRY_OPTS",
    ),
  },
  // zookeeper bin/zkEnv.sh: SERVER_JVMFLAGS="-Xmx${ZK_SERVER_HEAP}m $SERVER_JVMFLAGS"; zkServer.sh appends JVMFLAGS
  {
    repositories: ["zookeeper"],
    passes: [
      { variable: "ZK_SERVER_HEAP", prefix: "-Xmx", suffix: "m" },
      ...options("SERVER_JVMFLAGS", "JVMFLAGS"),
    ],
  },
  // solr bin/solr: SOLR_HEAP gives -Xms and -Xmx, else SOLR_JAVA_MEM; SOLR_OPTS last
  {
    repositories: ["solr", "bitnami/solr"],
    passes: [
      { variable: "SOLR_HEAP", prefix: "-Xms" },
      { variable: "SOLR_HEAP", prefix: "-Xmx" },
      { variable: "SOLR_JAVA_MEM", unless: "SOLR_HEAP" },
      ...options("SOLR_OPTS"),
    ],
  },
  // cassandra conf/cassandra-env.sh: -Xms${MAX_HEAP_SIZE} -Xmx${MAX_HEAP_SIZE}, then $JVM_EXTRA_OPTS
  {
    repositories: ["cassandra"],
    passes: [
      { variable: "MAX_HEAP_SIZE", prefix: "-Xms" },
      { variable: "MAX_HEAP_SIZE", prefix: "-Xmx" },
      ...options("JVM_EXTRA_OPTS"),
    ],
  },
  // neo4j docker-entrypoint.sh: NEO4J_a_b__c becomes the setting a.b_c; dbms.* up to version 4, server.* from 5
  {
    repositories: ["neo4j"],
    passes: [
      {
        variable: "NEO4J_dbms_memory_heap_max__size",
        prefix: "-Xmx",
        unless: "NEO4J_server_memory_heap_max__size",
      },
      { variable: "NEO4J_server_memory_heap_max__size", prefix: "-Xmx" },
    ],
  },
  // jenkinsci/docker jenkins.sh: exec java … $JAVA_OPTS $JENKINS_JAVA_OPTS -jar
  { repositories: ["jenkins", "jenkins/jenkins"], passes: options("JAVA_OPTS", "JENKINS_JAVA_OPTS") },
  // wildfly bin/standalone.sh: "$JAVA" … $JAVA_OPTS -jar jboss-modules.jar
  { repositories: ["jboss/wildfly", "wildfly/wildfly", "jboss/keycloak"], passes: options("JAVA_OPTS") },
  // keycloak bin/kc.sh: JAVA_OPTS replaces JAVA_OPTS_KC_HEAP; JAVA_OPTS_APPEND comes last
  {
    repositories: ["keycloak/keycloak"],
    passes: [
      { variable: "JAVA_OPTS_KC_HEAP", unless: "JAVA_OPTS" },
      ...options("JAVA_OPTS", "JAVA_OPTS_APPEND"),
    ],
  },
  // metabase bin/docker/run_metabase.sh: exec java $JAVA_OPTS -jar /app/metabase.jar
  { repositories: ["metabase/metabase", "metabase/metabase-enterprise"], passes: options("JAVA_OPTS") },
  // docker-nexus3: bin/nexus passes INSTALL4J_ADD_VM_PARAMS after nexus.vmoptions
  { repositories: ["sonatype/nexus3"], passes: options("INSTALL4J_ADD_VM_PARAMS") },
  // h2o-3 docker/public/Dockerfile-h2o-release: CMD java … -jar h2o.jar; only the JVM's own variables count
  { repositories: ["h2oai/h2o-open-source-k8s"], passes: [] },
];

/** The repository of an image reference: no registry, tag, digest or `library/`. */
export function repositoryOf(image: string): string {
  const untagged = image.replace(/@.*$/s, "").replace(/:[^/:]*$/, "");
  const [first = "", ...rest] = untagged.split("/");
  const isRegistry = rest.length > 0 && /[.:]|^localhost$/.test(first);
  return (isRegistry ? rest.join("/") : untagged).replace(/^library\//, "");
}

/**
 * The options the image's own script would write on the command line of `java`, as far as the service sets them;
 * undefined for an image that is not in the table.
 */
export function imageOptions(
  service: Service,
  variables: Variables,
): { readonly args: readonly Text[]; readonly ignores: readonly string[] } | undefined {
  const image = service.image?.value;
  if (image === undefined) return undefined;
  const repository = repositoryOf(image);
  const row = IMAGES.find(({ repositories }) =>
    repositories.some(
      (name) => repository === name || (name.includes("/") && repository.endsWith(`/${name}`)),
    ),
  );
  if (!row) return undefined;
  const isSet = (name: string | undefined) => name !== undefined && (variables(name)?.value ?? "") !== "";
  const args = row.passes.flatMap((passing) => {
    const value = variables(passing.variable);
    if (!value || value.value === "" || isSet(passing.unless)) return [];
    if (passing.prefix === undefined) return fieldsOf(value);
    return value.value === UNKNOWN ? [value] : [wrap(value, passing.prefix, passing.suffix)];
  });
  return { args, ignores: row.ignores ?? [] };
}

/** The value with what the script writes around it; only the value has a place in the file. */
function wrap(value: Text, prefix: string, suffix = ""): Text {
  const builder = new TextBuilder();
  const start = value.starts[0] ?? -1;
  const end = value.ends.at(-1) ?? -1;
  builder.append(spread(prefix, [start, start]));
  builder.append(slice(value, 0));
  builder.append(spread(suffix, [end, end]));
  return builder.build(value.node);
}
