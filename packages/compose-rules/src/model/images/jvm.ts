import { rangeOf, spread, TextBuilder, UNKNOWN, type Text } from "../../language/text.js";
import { fieldsOf, type Variables } from "../jvm/shell.js";
import type { Workload } from "../workload.js";
import { isRepository, parseImage } from "./reference.js";
import type { ImageSettings } from "./settings.js";

/** One thing an image's start script writes on the command line of `java`: a variable's value, or words of its own. */
interface Passing {
  readonly variable?: string;
  /** Written before the value (`-Xmx`); without it the value is a list of options. */
  readonly prefix?: string;
  readonly suffix?: string;
  /** Left out when that variable is set. */
  readonly unless?: string;
  /** Written when the variable is not set; `UNKNOWN` where it differs between versions or machines. */
  readonly otherwise?: string;
}

interface ImageRow {
  /** Repositories without registry and tag; official images bear no slash. */
  readonly repositories: readonly string[];
  /** In the order in which the script writes them: the last wins. */
  readonly passes: readonly Passing[];
  /** Variables of the JVM that the script removes before it starts `java`. */
  readonly ignores?: readonly string[];
}

/** The month in which the start scripts below were read; raise it when the rows are checked again. */
export const IMAGE_TABLE_VERSION = "2025-11";

const lists = (...names: readonly string[]): Passing[] => names.map((variable) => ({ variable }));
const sized = (prefix: "-Xms" | "-Xmx", variable: string, more: Passing = {}): Passing => ({ variable, prefix, ...more }); // prettier-ignore
/** The script chooses a heap of its own, so the variables every JVM reads do not set it. */
const ownHeap: Passing = { otherwise: UNKNOWN };
const kafka = (otherwise: string): Passing[] => [
  { variable: "KAFKA_HEAP_OPTS", otherwise },
  ...lists("KAFKA_JVM_PERFORMANCE_OPTS", "KAFKA_JMX_OPTS", "KAFKA_OPTS"),
];

/** What the start scripts of well-known images pass to `java`. */
const IMAGES: readonly ImageRow[] = [
  // tomcat bin/catalina.sh: eval exec "$_RUNJAVA" … "$JAVA_OPTS" "$CATALINA_OPTS" … Bootstrap
  { repositories: ["tomcat", "tomee", "bitnami/tomcat"], passes: lists("JAVA_OPTS", "CATALINA_OPTS") },
  // elasticsearch JvmErgonomics sizes the heap, JvmOptionsParser appends ES_JAVA_OPTS; bin/elasticsearch-env
  {
    repositories: ["elasticsearch", "elasticsearch/elasticsearch"],
    passes: [ownHeap, ...lists("ES_JAVA_OPTS")],
    ignores: ["JAVA_TOOL_OPTIONS"],
  },
  // opensearch config/jvm.options, then OPENSEARCH_JAVA_OPTS; bin/opensearch-env
  {
    repositories: ["opensearchproject/opensearch"],
    passes: [{ otherwise: "-Xms1g -Xmx1g" }, ...lists("OPENSEARCH_JAVA_OPTS")],
    ignores: ["JAVA_TOOL_OPTIONS"],
  },
  // logstash config/jvm.options, then LS_JAVA_OPTS (bin/logstash.lib.sh)
  {
    repositories: ["logstash", "logstash/logstash"],
    passes: [{ otherwise: "-Xms1g -Xmx1g" }, ...lists("LS_JAVA_OPTS")],
    ignores: ["JAVA_TOOL_OPTIONS"],
  },
  // kafka bin/kafka-server-start.sh, bin/kafka-run-class.sh: exec "$JAVA" $KAFKA_HEAP_OPTS … $KAFKA_OPTS
  {
    repositories: ["apache/kafka", "bitnami/kafka", "bitnamilegacy/kafka", "wurstmeister/kafka", "confluentinc/cp-kafka", "confluentinc/cp-server"],
    passes: kafka("-Xmx1G -Xms1G"),
  }, // prettier-ignore
  // kafka bin/zookeeper-server-start.sh
  { repositories: ["confluentinc/cp-zookeeper"], passes: kafka("-Xmx512M -Xms512M") },
  // kafka bin/connect-distributed.sh
  {
    repositories: ["confluentinc/cp-kafka-connect", "confluentinc/cp-kafka-connect-base", "confluentinc/cp-server-connect", "debezium/connect"],
    passes: kafka(UNKNOWN),
  }, // prettier-ignore
  // schema-registry bin/schema-registry-run-class
  {
    repositories: ["confluentinc/cp-schema-registry"],
    passes: [
      { variable: "SCHEMA_REGISTRY_HEAP_OPTS", otherwise: "-Xmx512M" },
      ...lists("SCHEMA_REGISTRY_JVM_PERFORMANCE_OPTS", "SCHEMA_REGISTRY_OPTS"),
    ],
  },
  // zookeeper bin/zkEnv.sh: SERVER_JVMFLAGS="-Xmx${ZK_SERVER_HEAP}m $SERVER_JVMFLAGS"; bin/zkServer.sh appends JVMFLAGS
  {
    repositories: ["zookeeper"],
    passes: [
      sized("-Xmx", "ZK_SERVER_HEAP", { suffix: "m", otherwise: UNKNOWN }),
      ...lists("SERVER_JVMFLAGS", "JVMFLAGS"),
    ],
  },
  // solr bin/solr: SOLR_HEAP gives -Xms and -Xmx, else SOLR_JAVA_MEM; SOLR_OPTS last
  {
    repositories: ["solr", "bitnami/solr"],
    passes: [
      sized("-Xms", "SOLR_HEAP"),
      sized("-Xmx", "SOLR_HEAP"),
      { variable: "SOLR_JAVA_MEM", unless: "SOLR_HEAP", otherwise: UNKNOWN },
      ...lists("SOLR_OPTS"),
    ],
  },
  // cassandra conf/cassandra-env.sh: -Xms${MAX_HEAP_SIZE} -Xmx${MAX_HEAP_SIZE}, then $JVM_EXTRA_OPTS
  {
    repositories: ["cassandra"],
    passes: [
      sized("-Xms", "MAX_HEAP_SIZE"),
      sized("-Xmx", "MAX_HEAP_SIZE", { otherwise: UNKNOWN }),
      ...lists("JVM_EXTRA_OPTS"),
    ],
  },
  // neo4j docker-entrypoint.sh: NEO4J_a_b__c is the setting a.b_c; dbms.* up to version 4, server.* from 5
  {
    repositories: ["neo4j"],
    passes: [
      ownHeap,
      sized("-Xms", "NEO4J_dbms_memory_heap_initial__size"),
      sized("-Xms", "NEO4J_server_memory_heap_initial__size"),
      sized("-Xmx", "NEO4J_dbms_memory_heap_max__size"),
      sized("-Xmx", "NEO4J_server_memory_heap_max__size"),
    ],
  },
  // jenkinsci/docker jenkins.sh: exec java … of $JAVA_OPTS $JENKINS_JAVA_OPTS -jar
  { repositories: ["jenkins", "jenkins/jenkins"], passes: lists("JAVA_OPTS", "JENKINS_JAVA_OPTS") },
  // wildfly bin/standalone.conf sets a heap unless JAVA_OPTS is set; bin/standalone.sh: "$JAVA" … $JAVA_OPTS -jar
  {
    repositories: ["jboss/wildfly", "wildfly/wildfly", "jboss/keycloak"],
    passes: [{ variable: "JAVA_OPTS", otherwise: UNKNOWN }],
  },
  // keycloak bin/kc.sh: JAVA_OPTS replaces the default heap and JAVA_OPTS_KC_HEAP; JAVA_OPTS_APPEND comes last
  {
    repositories: ["keycloak/keycloak"],
    passes: [
      { variable: "JAVA_OPTS_KC_HEAP", unless: "JAVA_OPTS", otherwise: UNKNOWN },
      ...lists("JAVA_OPTS", "JAVA_OPTS_APPEND"),
    ],
  },
  // activemq bin/env: ACTIVEMQ_OPTS, by default with $ACTIVEMQ_OPTS_MEMORY, which the file itself sets
  {
    repositories: ["apache/activemq-classic"],
    passes: [{ variable: "ACTIVEMQ_OPTS", otherwise: "-Xms64M -Xmx1G" }],
  },
  // nifi sh/start.sh: java.arg.2=-Xms${NIFI_JVM_HEAP_INIT}, java.arg.3=-Xmx${NIFI_JVM_HEAP_MAX} in bootstrap.conf
  {
    repositories: ["apache/nifi"],
    passes: [sized("-Xms", "NIFI_JVM_HEAP_INIT"), sized("-Xmx", "NIFI_JVM_HEAP_MAX", { otherwise: UNKNOWN })],
  },
  // metabase bin/docker/run_metabase.sh: exec java $JAVA_OPTS -jar /app/metabase.jar
  { repositories: ["metabase/metabase", "metabase/metabase-enterprise"], passes: lists("JAVA_OPTS") },
  // docker-nexus3 Dockerfile, bin/nexus: INSTALL4J_ADD_VM_PARAMS, by default a heap that grew over the versions
  {
    repositories: ["sonatype/nexus3"],
    passes: [{ variable: "INSTALL4J_ADD_VM_PARAMS", otherwise: UNKNOWN }],
  },
  // apache/kafka strimzi-kafka-operator docker-images kafka_run.sh: without KAFKA_HEAP_OPTS a share of the limit
  { repositories: ["strimzi/kafka"], passes: kafka(UNKNOWN) },
  // confluentinc/kafka-rest bin/kafka-rest-run-class
  {
    repositories: ["confluentinc/cp-kafka-rest"],
    passes: [
      { variable: "KAFKAREST_HEAP_OPTS", otherwise: "-Xmx256M" },
      ...lists("KAFKAREST_JVM_PERFORMANCE_OPTS", "KAFKAREST_OPTS"),
    ],
  },
  // confluentinc/ksql bin/ksql-run-class
  {
    repositories: ["confluentinc/cp-ksqldb-server", "confluentinc/ksqldb-server", "confluentinc/cp-ksql-server"],
    passes: [
      { variable: "KSQL_HEAP_OPTS", otherwise: UNKNOWN },
      ...lists("KSQL_JVM_PERFORMANCE_OPTS", "KSQL_OPTS"),
    ],
  }, // prettier-ignore
  // bitnami/containers libzookeeper.sh: JVMFLAGS with a heap replaces -Xmx${ZOO_HEAP_SIZE}m
  {
    repositories: ["bitnami/zookeeper", "bitnamilegacy/zookeeper"],
    passes: [sized("-Xmx", "ZOO_HEAP_SIZE", { suffix: "m", otherwise: UNKNOWN }), ...lists("JVMFLAGS")],
  },
  // bitnami/containers libelasticsearch.sh: writes both options to jvm.options.d, else a share of the memory
  {
    repositories: ["bitnami/elasticsearch", "bitnamilegacy/elasticsearch"],
    passes: [
      sized("-Xms", "ELASTICSEARCH_HEAP_SIZE"),
      sized("-Xmx", "ELASTICSEARCH_HEAP_SIZE", { otherwise: UNKNOWN }),
      ...lists("ES_JAVA_OPTS"),
    ],
  },
  // atlassian/docker-atlassian-*: setenv.sh writes -Xms${JVM_MINIMUM_MEMORY} -Xmx${JVM_MAXIMUM_MEMORY}
  {
    repositories: ["atlassian/jira-software", "atlassian/jira-core", "atlassian/jira-servicemanagement", "atlassian/confluence", "atlassian/confluence-server", "atlassian/bitbucket", "atlassian/bitbucket-server", "atlassian/bamboo", "atlassian/bamboo-server", "atlassian/crowd"],
    passes: [
      sized("-Xms", "JVM_MINIMUM_MEMORY"),
      sized("-Xmx", "JVM_MAXIMUM_MEMORY", { otherwise: UNKNOWN }),
      ...lists("JVM_SUPPORT_RECOMMENDED_ARGS", "CATALINA_OPTS"),
    ],
  }, // prettier-ignore
  // trino core/docker/bin/run-trino: etc/jvm.config of the image or of a mount
  { repositories: ["trinodb/trino", "prestodb/presto"], passes: [ownHeap] },
  // sonarqube docker/entrypoint: three JVMs, each with the options of its own variable
  { repositories: ["sonarqube"], passes: [ownHeap] },
  // flink docker-entrypoint.sh: the memory model of the configuration sets every size
  { repositories: ["flink", "apache/flink"], passes: [ownHeap] },
  // h2o-3 docker/public/Dockerfile-h2o-release: CMD java -XX:MaxRAMPercentage=50 … -jar h2o.jar
  { repositories: ["h2oai/h2o-open-source-k8s"], passes: [{ otherwise: "-XX:MaxRAMPercentage=50" }] },
];

/** Whether an image's name says that it holds Java 8, whose launcher does not read JDK_JAVA_OPTIONS. */
export function isJava8(image: string): boolean {
  return /(?:jdk|jre|java|temurin|corretto)[-:]?8(?!\d)/.test(image);
}

/** Images that hold a JVM and start whatever they are told to. */
const RUNTIMES = ["openjdk", "eclipse-temurin", "amazoncorretto", "adoptopenjdk", "sapmachine", "ibm-semeru-runtimes", "azul/zulu-openjdk", "bellsoft/liberica-openjdk-debian", "bellsoft/liberica-openjdk-alpine", "bellsoft/liberica-runtime-container", "jetty", "maven", "gradle", "openliberty/open-liberty", "open-liberty", "websphere-liberty", "payara/server-full", "payara/micro", "distroless/java", "distroless/java17-debian12", "distroless/java21-debian12"]; // prettier-ignore

/** Whether an image is known to be made for running a JVM. */
export function isJvmImage(image: string, settings: ImageSettings = {}): boolean {
  const { repository } = parseImage(image);
  return rowOf(repository, settings) !== undefined || isRepository(repository, RUNTIMES);
}

function rowOf(repository: string, settings: ImageSettings): ImageRow | undefined {
  const own = settings.jvm?.find(({ repositories }) => isRepository(repository, repositories));
  if (!own) return IMAGES.find(({ repositories }) => isRepository(repository, repositories));
  const { repositories, variables, options } = own;
  return { repositories, passes: [...(options === undefined ? [] : [{ otherwise: options }]), ...lists(...variables)] }; // prettier-ignore
}

/**
 * The options the image's own script would write on the command line of `java`; undefined for an image that is not
 * in the table. What the script writes by itself counts as written where the file names the image.
 */
export function imageOptions(
  workload: Workload,
  variables: Variables,
  settings: ImageSettings = {},
): { readonly args: readonly Text[]; readonly ignores: readonly string[] } | undefined {
  const { image } = workload;
  const row = image && rowOf(parseImage(image.value).repository, settings);
  if (!row) return undefined;
  // Another command may be another program of the image, whose script chooses another heap.
  const isDefaultCommand = !workload.command && !workload.entrypoint;
  const isSet = (name: string | undefined) => name !== undefined && (variables(name)?.value ?? "") !== "";
  const args = row.passes.flatMap((passing) => {
    if (isSet(passing.unless)) return [];
    const value = passing.variable === undefined ? undefined : variables(passing.variable);
    if (value && value.value !== "")
      return passing.prefix === undefined ? fieldsOf(value) : [wrap(value, passing)];
    if (passing.otherwise === undefined) return [];
    return fieldsOf(spread(isDefaultCommand ? passing.otherwise : UNKNOWN, rangeOf(image), image.origin));
  });
  return { args, ignores: row.ignores ?? [] };
}

/** The value with what the script writes around it; only the value has a place in the file. */
function wrap(value: Text, { prefix = "", suffix = "" }: Passing): Text {
  const builder = new TextBuilder();
  const start = value.starts[0] ?? -1;
  const end = value.ends.at(-1) ?? -1;
  builder.append(spread(prefix, [start, start]));
  builder.append(value);
  builder.append(spread(suffix, [end, end]));
  return builder.build(value.origin);
}
