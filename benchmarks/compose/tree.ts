import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Text of the Compose file of one platform of many: five services, with what real ones use. */
function composeFile(number: number): string {
  const port = 8000 + (number % 1000);
  return `name: platform-${number}

x-logging: &logging
  driver: json-file
  options: { max-size: 10m, max-file: "3" }

services:
  db:
    image: postgres:\${POSTGRES_VERSION:-16}
    restart: unless-stopped
    environment:
      POSTGRES_DB: features
      POSTGRES_USER: platform
      POSTGRES_PASSWORD: \${POSTGRES_PASSWORD:?set it}
    volumes:
      - db-data:/var/lib/postgresql/data
    ports: ["127.0.0.1:${port}:5432"]
    healthcheck:
      test: ["CMD-SHELL", "pg_isready --username platform"]
      interval: 10s
    networks: [backend]
    logging: *logging
  cache:
    image: redis:7-alpine
    command: ["redis-server", "--save", "", "--maxmemory", "192mb"]
    networks: [backend]
    logging: *logging
  h2o:
    image: h2oai/h2o-open-source-k8s:3.46.0.7
    environment: { JAVA_TOOL_OPTIONS: -Xmx${1 + (number % 3)}g }
    networks: [backend]
    deploy: { resources: { limits: { memory: 4g } } }
  mage:
    build: { context: ., dockerfile: pipeline/Dockerfile }
    environment:
      - H2O_URL=http://h2o:54321
      - DATABASE_URL=postgresql://platform@db:5432/features
    volumes:
      - mage-project:/home/src
    networks: [backend, edge]
    depends_on: [h2o, db]
    mem_limit: 2g
  api:
    build: .
    environment:
      DATABASE_URL: postgresql+asyncpg://platform@db:5432/features
      REDIS_URL: redis://${number % 7 === 0 ? "localhost" : "cache"}:6379/0
    networks: [backend, edge]
    ports: ["127.0.0.1:${port + 1000}:8000"]
    depends_on:
      db: { condition: service_healthy }
    mem_limit: 512m

networks:
  backend: { internal: true }
  edge:

volumes:
  db-data:
  mage-project:
`;
}

const OVERRIDE = `services:
  api:
    command: ["uvicorn", "app.main:app", "--reload"]
    volumes: ["./app:/srv/app:ro"]
    environment: { LOG_LEVEL: debug }
  cache:
    ports: ["127.0.0.1:6379:6379"]
`;

/** Writes Compose files, two of three with an override beside them: `count` files in all. */
export function writeTree(directory: string, count: number): string[] {
  const files: string[] = [];
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    files.push(file);
  };
  for (let number = 0; files.length < count; number++) {
    const folder = path.join(directory, `platform-${String(number).padStart(4, "0")}`);
    write(path.join(folder, "docker-compose.yml"), composeFile(number));
    if (number % 3 < 2 && files.length < count)
      write(path.join(folder, "docker-compose.override.yml"), OVERRIDE);
  }
  return files;
}
