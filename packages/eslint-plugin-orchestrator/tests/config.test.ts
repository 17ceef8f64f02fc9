import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import plugin, { ConfigError, loadConfig, parseConfig, presetConfigs, ruleMetas } from "../src/index.js";

describe("parseConfig", () => {
  it("accepts names with and without prefix, levels and options", () => {
    const parsed = parseConfig(
      JSON.stringify({
        rules: {
          "orchestrator/prefer-jsonb": "warn",
          "max-jvm-heap-ratio": ["error", { maxRatio: 0.6 }],
        },
        settings: {
          eventTimeColumns: ["event_time"],
          migrations: { folders: ["db/migrations"], order: "flyway", dialect: "postgresql" },
          typeAliases: { JSONType: "jsonb" },
        },
        files: { sql: ["db/**/*.sql"] },
        ignores: ["vendor/**"],
      }),
    );
    expect(parsed).toMatchObject({
      ok: true,
      config: { rules: { "prefer-jsonb": "warn", "max-jvm-heap-ratio": ["error", { maxRatio: 0.6 }] } },
    });
  });

  it.each([
    ["{", /^not valid JSON: /],
    ['{"rulez": {}}', /unknown key "rulez"; did you mean "rules"\?/],
    [
      '{"rules": {"prefer-json": "error"}}',
      /unknown key "prefer-json" in rules; did you mean "prefer-jsonb"\?/,
    ],
    ['{"files": {"sqll": []}}', /unknown key "sqll" in files; did you mean "sql"\?/],
    ['{"rules": {"prefer-jsonb": "fatal"}}', /rules\.prefer-jsonb must be one of "off", "warn", "error"/],
    ['{"rules": {"max-jvm-heap-ratio": ["error", {"ratio": 1}]}}', /unknown key "ratio"/],
    ['{"rules": {"max-jvm-heap-ratio": ["error", {"maxRatio": 2}]}}', /maxRatio must be <= 1/],
    [
      '{"settings": {"featureTable": []}}',
      /unknown key "featureTable" in settings; did you mean "featureTables"/,
    ],
    [
      '{"settings": {"migrations": {"order": "flyways"}}}',
      /settings\.migrations\.order must be one of "flyway"/,
    ],
    ['{"ignores": "vendor"}', /ignores must be array/],
    ["[]", /must be object/],
  ])("refuses %s and says what to change", (text, message) => {
    const parsed = parseConfig(text);
    expect(parsed.ok ? "accepted" : parsed.error).toMatch(message);
  });
});

describe("loadConfig", () => {
  let directory: string;
  beforeEach(() => {
    directory = realpathSync(mkdtempSync(path.join(tmpdir(), "orchestrator-config-")));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it("finds the file upward", () => {
    mkdirSync(path.join(directory, "a/b"), { recursive: true });
    writeFileSync(path.join(directory, "orchestrator.config.json"), '{"rules": {"prefer-jsonb": "off"}}');
    expect(loadConfig(path.join(directory, "a/b"))).toEqual({
      config: { rules: { "prefer-jsonb": "off" } },
      root: directory,
    });
  });

  it("is empty where there is none", () => {
    expect(loadConfig(directory)).toEqual({ config: {} });
  });

  it("names the file that is wrong", () => {
    const file = path.join(directory, "orchestrator.config.json");
    writeFileSync(file, "{]");
    expect(() => loadConfig(directory)).toThrow(ConfigError);
    expect(() => loadConfig(directory)).toThrow(file);
    expect(() => loadConfig(directory, "missing.json")).toThrow(/missing\.json cannot be read/);
  });
});

describe("presets", () => {
  const enabled = (preset: "recommended" | "strict", config = {}) =>
    Object.assign(
      {},
      ...presetConfigs(plugin, ruleMetas, preset, config).map(({ rules }) => rules),
    ) as object;

  it("take levels and options from the team's configuration", () => {
    const config = { rules: { "prefer-jsonb": "off", "max-jvm-heap-ratio": ["warn", { maxRatio: 0.5 }] } };
    const rules = enabled("recommended", config);
    expect(rules).not.toHaveProperty("orchestrator/prefer-jsonb");
    expect(rules).toHaveProperty(["orchestrator/max-jvm-heap-ratio"], ["warn", { maxRatio: 0.5 }]);
  });

  it("hold every rule in strict", () => {
    expect(Object.keys(enabled("strict")).sort()).toEqual(
      Object.keys(ruleMetas)
        .map((name) => `orchestrator/${name}`)
        .sort(),
    );
  });

  it("always name the files they are for", () => {
    for (const config of [...plugin.configs.recommended, ...plugin.configs.strict]) {
      expect(config.files ?? config.ignores).toBeDefined();
    }
  });
});
