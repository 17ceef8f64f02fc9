import type { DjangoFacts, FieldClass } from "@orchestrator-lint/sql-rules/generated";

const MIGRATION = /^class\s+Migration\s*\(\s*[\w.]*\bMigration\b/m;
const CONFIG = /^class[ \t]+\w+[ \t]*\([^)\n]{0,200}AppConfig\b/m;
const SETTINGS = /^[ \t]*(?:DATABASES|DEFAULT_AUTO_FIELD|AUTH_USER_MODEL)[ \t]*(?:\[[^\n=]*|:[^\n=]*)?=/m;
const FIELD = /^class[ \t]+\w+[ \t]*\([^)]{0,200}Field[\s,)]/m;
const CLASS = /^class\s+(\w+)\s*\(([^)]*)\)\s*:/;
const MANAGE = /\bDJANGO_SETTINGS_MODULE\b/;

/** Whether a module is a migration of Django, by the class that it is: a cheap test before it is parsed. */
export function isDjangoMigration(text: string): boolean {
  return text.includes("Migration") && MIGRATION.test(text);
}

/** Whether a module says something of a Django project beside its migrations. */
export function describesProject(text: string, path: string): boolean {
  // Few modules name it: nothing else is looked for in the others.
  if (!text.includes("django") && !text.includes("DJANGO_SETTINGS_MODULE")) return false;
  return CONFIG.test(text) || FIELD.test(text) || SETTINGS.test(text) || isManage(text, path);
}

const isManage = (text: string, path: string): boolean =>
  /(?:^|[\\/])manage\.py$/.test(path) && MANAGE.test(text);

/** The labels of apps, the settings and the place of a project. Nothing is run: settings are read where they are plain. */
export function projectIn(text: string, path: string): DjangoFacts {
  const [apps, fields] = [appsIn(text), fieldsIn(text)];
  return {
    ...(isManage(text, path) ? { isManage: true } : {}),
    ...(apps.length > 0 ? { apps } : {}),
    ...(fields.length > 0 ? { fields } : {}),
    ...(SETTINGS.test(text) ? { settings: settingsIn(text) } : {}),
  };
}

function appsIn(text: string): { name: string; label: string }[] {
  const [, ...classes] = text.split(/^(?=class\s)/m);
  return classes.flatMap((body) => {
    if (!CONFIG.test(body)) return [];
    const name = /^[ \t]+name\s*(?::[^\n=]*)?=\s*["']([\w.]+)["']/m.exec(body)?.[1];
    const label = /^[ \t]+label\s*(?::[^\n=]*)?=\s*["'](\w+)["']/m.exec(body)?.[1];
    const own = label ?? name?.slice(name.lastIndexOf(".") + 1);
    return own === undefined ? [] : [{ name: name ?? own, label: own }];
  });
}

/** What a class of fields says of its column: by the class above it, `get_internal_type()` or `db_type()`. */
function fieldsIn(text: string): FieldClass[] {
  if (!FIELD.test(text)) return [];
  const known = new Set<string>();
  const [, ...classes] = text.split(/^(?=class\s)/m);
  return classes.flatMap((body): FieldClass[] => {
    const [, name, list = ""] = CLASS.exec(body) ?? [];
    const bases = list.split(",").map((one) => one.trim());
    const base = bases.find((one) => one.endsWith("Field") || known.has(one));
    if (name === undefined || base === undefined) return [];
    known.add(name);
    const internal = /\bdef\s+get_internal_type\b[^]{0,400}?\breturn\s+["'](\w+)["']/.exec(body)?.[1];
    const method = /\bdef\s+db_type\b([^]*?)(?=\n\s+def\s|\n\S|$)/.exec(body)?.[1];
    const types = [...(method?.matchAll(/\breturn\b[ \t]*([^\n]*)/g) ?? [])].map(([, one = ""]) => one.trim());
    const type = types.length === 1 ? /^["'](jsonb?|text|bytea|citext|uuid)["']$/.exec(types[0]!)?.[1] : undefined;
    return [{ name, base: internal ?? base, ...(type === undefined ? {} : { type }), ...(method !== undefined && type === undefined ? { isUnknown: true as const } : {}) }]; // prettier-ignore
  });
} // prettier-ignore

/** Backends by a word in their names. */
const BACKENDS: readonly [RegExp, string][] = [
  [/postg|psql|psycopg|cockroach|timescale|tenants/i, "postgresql"],
  [/mysql|mariadb/i, "mysql"],
  [/sqlite|spatialite/i, "sqlite"],
  [/oracle/i, "oracle"],
  [/mssql|sql_?server/i, "sqlserver"],
];
/** Values that the environment may replace. */
const OPEN = /\b(?:environ|getenv|env|config|get_env\w*|values|secrets?)\b\s*[.([]|\{/i;

function settingsIn(text: string): NonNullable<DjangoFacts["settings"]> {
  const found = [...text.matchAll(/["']ENGINE["']\s*\]?\s*[:=]([^\n]*)/g)].map(([, value = ""]) => value);
  const urls = [...text.matchAll(/["'](\w+)(?:\+\w+)?:\/\//g)].map(([, scheme = ""]) => scheme);
  const engines = [
    ...found.map((value) => (OPEN.test(value) && !value.includes("postg") ? "unknown" : backendOf(value))),
    ...urls.map(backendOf).filter((one) => one !== "unknown"),
    // `dj_database_url.config()`, `env.db()`: the environment says it.
    ...(/\bdj_database_url\b|\benv\.db(?:_url)?\s*\(|\bdatabase_url\b/i.test(text) ? ["unknown"] : []),
  ];
  const autoField = /^[ \t]*DEFAULT_AUTO_FIELD\s*(?::[^\n=]*)?=\s*["'][\w.]*?(\w+)["']/m.exec(text)?.[1];
  const models = [...text.matchAll(/^[ \t]*([A-Z]\w*_MODEL)\s*(?::[^\n=]*)?=\s*["'](\w+\.\w+)["']/gm)];
  return {
    engines,
    ...(autoField === undefined ? {} : { autoField }),
    models: Object.fromEntries(models.map(([, name = "", model = ""]) => [name, model.toLowerCase()])),
  };
}

function backendOf(value: string): string {
  return BACKENDS.find(([name]) => name.test(value))?.[1] ?? "unknown";
}
