import { UNKNOWN } from "../../language/text.js";
import { isRepository, parseImage } from "./reference.js";
import type { ImageSettings } from "./settings.js";

export type DatastoreKind = "postgresql" | "redis" | "mage";

/** Where an image keeps its data. */
export interface DataLayout {
  /** The directory the server writes to, unless a variable moves it. */
  readonly data: string;
  /** The path the image declares as a volume: what is mounted above it does not hold the data. */
  readonly volume: string;
}

/** What is known of an image that holds state. */
export interface Datastore {
  readonly kind: DatastoreKind;
  /** For messages. */
  readonly label: string;
  /** The port it listens on by default. */
  readonly port: number;
  /** The major version the tag names, where it names one. */
  readonly major?: number | undefined;
  /** One where the version decides it, several where it could be either, none where the image's own is not known. */
  readonly layouts: readonly DataLayout[];
  /** The variable that moves the data directory. */
  readonly dataVariable?: string | undefined;
}

interface Row {
  readonly repositories: readonly string[];
  readonly kind: DatastoreKind;
  /** Where in the tag the server's major version stands: at its front, or behind `pg`. */
  readonly version?: "front" | "pg";
  readonly layouts: (major: number | undefined) => readonly DataLayout[];
  readonly dataVariable?: string;
}

const KINDS: Readonly<Record<DatastoreKind, { readonly label: string; readonly port: number }>> = {
  postgresql: { label: "PostgreSQL", port: 5432 },
  redis: { label: "Redis", port: 6379 },
  mage: { label: "Mage", port: 6789 },
};

const at = (path: string) => (): readonly DataLayout[] => [{ data: path, volume: path }];

/** docker-library/postgres: PGDATA moved below a directory of the major version in 18, and the volume one level up. */
function officialPostgres(major: number | undefined): readonly DataLayout[] {
  const old = { data: "/var/lib/postgresql/data", volume: "/var/lib/postgresql/data" };
  const version = major ?? 18;
  const current = { data: `/var/lib/postgresql/${String(version)}/docker`, volume: "/var/lib/postgresql" };
  if (major === undefined) return [old, current];
  return [major >= 18 ? current : old];
}

const DATASTORES: readonly Row[] = [
  // docker-library/postgres Dockerfiles of 16, 17 and 18: ENV PGDATA, VOLUME
  { repositories: ["postgres", "debezium/postgres", "pgautoupgrade/pgautoupgrade", "supabase/postgres", "immich-app/postgres"], kind: "postgresql", version: "front", layouts: officialPostgres, dataVariable: "PGDATA" },
  // postgis/docker-postgis, imresamu/postgis: FROM postgres, tags "16-3.4"
  { repositories: ["postgis/postgis", "imresamu/postgis"], kind: "postgresql", version: "front", layouts: officialPostgres, dataVariable: "PGDATA" },
  // FROM postgres with the server's version behind "pg": "0.6.0-pg16", "latest-pg16", "PG16_latest", "pg16-v0.2.0"
  { repositories: ["pgvector/pgvector", "ankane/pgvector", "timescale/timescaledb", "apache/age", "tensorchord/pgvecto-rs", "tensorchord/vchord-postgres", "citusdata/citus", "debezium/example-postgres", "paradedb/paradedb"], kind: "postgresql", version: "pg", layouts: officialPostgres, dataVariable: "PGDATA" },
  // timescale/timescaledb-docker-ha Dockerfile: ENV PGROOT=/home/postgres PGDATA=$PGROOT/pgdata/data
  { repositories: ["timescale/timescaledb-ha"], kind: "postgresql", version: "pg", layouts: () => [{ data: "/home/postgres/pgdata/data", volume: "/home/postgres/pgdata" }], dataVariable: "PGDATA" },
  // bitnami/containers postgresql Dockerfile: POSTGRESQL_VOLUME_DIR=/bitnami/postgresql
  { repositories: ["bitnami/postgresql", "bitnamilegacy/postgresql", "bitnami/postgresql-repmgr", "bitnamilegacy/postgresql-repmgr"], kind: "postgresql", version: "front", layouts: () => [{ data: "/bitnami/postgresql/data", volume: "/bitnami/postgresql" }], dataVariable: "POSTGRESQL_DATA_DIR" },
  // docker-library/redis, valkey-io/valkey-container, redis-stack, keydb, dragonfly: WORKDIR and VOLUME /data
  { repositories: ["redis", "valkey/valkey", "redis/redis-stack", "redis/redis-stack-server", "redislabs/redismod", "redislabs/rejson", "redislabs/redisearch", "eqalpha/keydb", "dragonflydb/dragonfly"], kind: "redis", version: "front", layouts: at("/data") },
  // bitnami/containers redis Dockerfile: REDIS_VOLUME_DIR=/bitnami/redis
  { repositories: ["bitnami/redis", "bitnamilegacy/redis", "bitnami/redis-cluster", "bitnamilegacy/redis-cluster"], kind: "redis", version: "front", layouts: () => [{ data: "/bitnami/redis/data", volume: "/bitnami/redis" }] },
  // bitnami/containers valkey Dockerfile: VALKEY_VOLUME_DIR=/bitnami/valkey
  { repositories: ["bitnami/valkey", "bitnamilegacy/valkey"], kind: "redis", version: "front", layouts: () => [{ data: "/bitnami/valkey/data", volume: "/bitnami/valkey" }] },
  // mage-ai Dockerfile: WORKDIR /home/src, the project is below it
  { repositories: ["mageai/mageai"], kind: "mage", layouts: at("/home/src") },
]; // prettier-ignore

/** Last parts of repositories that are a datastore whoever built them; their layout is their builder's. */
const BY_NAME: Readonly<Record<string, DatastoreKind>> = { postgres: "postgresql", postgresql: "postgresql", redis: "redis", valkey: "redis", mageai: "mage" }; // prettier-ignore

/** The datastore an image is known to be; undefined for every other image, and where only the machine knows the name. */
export function datastoreOf(image: string, settings: ImageSettings = {}): Datastore | undefined {
  const { repository, tag } = parseImage(image);
  if (repository.includes(UNKNOWN)) return undefined;
  for (const { repositories, kind, dataPath } of settings.datastores ?? []) {
    if (!isRepository(repository, repositories)) continue;
    return { kind, ...KINDS[kind], layouts: dataPath === undefined ? [] : [{ data: dataPath, volume: dataPath }] };
  } // prettier-ignore
  const row = DATASTORES.find(({ repositories }) => isRepository(repository, repositories));
  if (row) {
    const major = majorOf(tag, row);
    return { kind: row.kind, ...KINDS[row.kind], major, layouts: row.layouts(major), dataVariable: row.dataVariable }; // prettier-ignore
  }
  const kind = BY_NAME[repository.slice(repository.lastIndexOf("/") + 1)];
  return kind && { kind, ...KINDS[kind], layouts: [] };
}

/** PostgreSQL's own version behind `pg` wins over what stands at the front, which is an extension's then. */
function majorOf(tag: string | undefined, { kind, version }: Row): number | undefined {
  if (tag === undefined || version === undefined) return undefined;
  const isPostgres = kind === "postgresql";
  const behind = isPostgres ? /(?:^|[^a-z])(?:pg|postgres)[-_]?(\d{1,2})(?!\d)/i.exec(tag) : null;
  const found = behind ?? (version === "front" ? /^v?(\d+)(?![\da-f]{6})/.exec(tag) : null);
  const major = Number(found?.[1]);
  // No release of PostgreSQL that has an image is older than 8.
  return Number.isNaN(major) || (isPostgres && major < 8) ? undefined : major;
}
