import { expect, test } from "vitest";
import { UNKNOWN } from "../../../src/language/text.js";
import { datastoreOf } from "../../../src/model/images/datastores.js";
import { imagesOf } from "../../../src/model/images/settings.js";

const OLD = "/var/lib/postgresql/data";

test.each([
  ["postgres:16.4-alpine", "postgresql", 16, [OLD]],
  ["docker.io/library/postgres:17", "postgresql", 17, [OLD]],
  ["public.ecr.aws/docker/library/postgres:15", "postgresql", 15, [OLD]],
  ["mirror.gcr.io/postgres:14", "postgresql", 14, [OLD]],
  ["postgres:18", "postgresql", 18, ["/var/lib/postgresql/18/docker"]],
  ["postgres", "postgresql", undefined, [OLD, "/var/lib/postgresql/18/docker"]],
  ["postgres:latest", "postgresql", undefined, [OLD, "/var/lib/postgresql/18/docker"]],
  ["postgres@sha256:0123", "postgresql", undefined, [OLD, "/var/lib/postgresql/18/docker"]],
  ["pgvector/pgvector:0.6.0-pg16", "postgresql", 16, [OLD]],
  ["timescale/timescaledb:latest-pg17", "postgresql", 17, [OLD]],
  ["timescale/timescaledb-ha:pg16", "postgresql", 16, ["/home/postgres/pgdata/data"]],
  ["postgis/postgis:16-3.4", "postgresql", 16, [OLD]],
  ["paradedb/paradedb:0.20.0-pg18", "postgresql", 18, ["/var/lib/postgresql/18/docker"]],
  ["paradedb/paradedb:v0.13.1", "postgresql", undefined, [OLD, "/var/lib/postgresql/18/docker"]],
  ["timescale/timescaledb:2.17.2-pg16", "postgresql", 16, [OLD]],
  ["pgvector/pgvector:pg17-trixie", "postgresql", 17, [OLD]],
  ["citusdata/citus:postgres_15", "postgresql", 15, [OLD]],
  ["citusdata/citus:12.1", "postgresql", undefined, [OLD, "/var/lib/postgresql/18/docker"]],
  ["supabase/postgres:15.1.0.147", "postgresql", 15, [OLD]],
  ["apache/age:release_PG16_1.5.0", "postgresql", 16, [OLD]],
  ["apache/age:PG16_latest", "postgresql", 16, [OLD]],
  ["ghcr.io/immich-app/postgres:14-vectorchord0.3.0", "postgresql", 14, [OLD]],
  ["bitnami/postgresql:16.4.0-debian-12-r0", "postgresql", 16, ["/bitnami/postgresql/data"]],
  ["registry.example/base/postgres:16", "postgresql", undefined, []],
  ["redis:7-alpine", "redis", 7, ["/data"]],
  ["redislabs/redismod", "redis", undefined, ["/data"]],
  ["bitnamilegacy/redis-cluster:7.2", "redis", 7, ["/bitnami/redis/data"]],
  ["mageai/mageai:", "mage", undefined, ["/home/src"]],
])("%s", (image, kind, major, data) => {
  const found = datastoreOf(image);
  expect(found).toMatchObject({ kind });
  expect(found?.major).toBe(major);
  expect(found?.layouts.map((layout) => layout.data)).toEqual(data);
});

test.each([
  "prometheuscommunity/postgres-exporter",
  "oliver006/redis_exporter",
  "dpage/pgadmin4",
  "rediscommander/redis-commander",
  "myapp",
  `${UNKNOWN}/postgres`,
])("%s is no datastore", (image) => {
  expect(datastoreOf(image)).toBeUndefined();
});

test("settings name images of one's own", () => {
  const settings = imagesOf({
    datastores: [
      { repositories: ["platform/feature-db"], kind: "postgresql", dataPath: "/data/pg" },
      { repositories: ["x"], kind: "oracle" },
      7,
    ],
  });
  expect(datastoreOf("repo.example/platform/feature-db:3", settings)).toMatchObject({
    kind: "postgresql",
    port: 5432,
    layouts: [{ data: "/data/pg" }],
  });
  expect(settings.datastores).toHaveLength(1);
});
