import { compareText } from "../sources/versions.js";
import type { DjangoMigration, DjangoSettings, MigrationKey } from "./facts.js";

/** A migration of a project. */
export interface Node {
  app: string;
  name: string;
  migration: DjangoMigration;
}

/** What is known of a migration's place. */
export interface Placed<N extends Node> {
  node: N;
  /** Keys, `app.name`, of what it follows among the project's own apps. */
  after: readonly string[];
  /** The squashed migration that a new database runs in its place. */
  replacedBy?: string;
}

const keyOf = ({ app, name }: Pick<Node, "app" | "name">): string => `${app}.${name}`;
/** Squashed migrations that are squashed again. */
const MAX_SQUASHED = 20;

/**
 * The migrations in the order in which `migrate` runs them on an empty database, then those that others replace. After
 * `MigrationGraph.forwards_plan` and `MigrationLoader.build_graph` of Django 5.2.
 */
export function ordered<N extends Node>(nodes: readonly N[], settings: DjangoSettings): Placed<N>[] {
  const graph = new Graph(nodes, settings);
  const order = graph.order();
  const replaced = nodes.filter((node) => graph.standInOf(keyOf(node)) !== undefined);
  return [
    ...order.map((node) => ({ node, after: graph.after(node) })),
    ...replaced.map((node) => ({ node, after: [], replacedBy: graph.standInOf(keyOf(node))! })),
  ];
}

class Graph<N extends Node> {
  readonly #nodes: ReadonlyMap<string, N>;
  readonly #byApp = new Map<string, N[]>();
  /** What stands in a migration's place. */
  readonly #standIns = new Map<string, string>();
  readonly #after = new Map<string, Set<string>>();

  constructor(
    nodes: readonly N[],
    readonly settings: DjangoSettings,
  ) {
    this.#nodes = new Map(nodes.map((node) => [keyOf(node), node]));
    for (const node of nodes) {
      this.#byApp.set(node.app, [...(this.#byApp.get(node.app) ?? []), node]);
      for (const [app, name] of node.migration.replaces)
        if (keyOf({ app, name }) !== keyOf(node)) this.#standIns.set(keyOf({ app, name }), keyOf(node));
    }
    for (const node of nodes) {
      const own = this.#standFor(keyOf(node));
      const edges = this.#after.get(own) ?? new Set<string>();
      for (const key of this.#dependencies(node)) if (key !== own) edges.add(key);
      this.#after.set(own, edges);
    }
    for (const node of nodes) {
      for (const [app, name] of node.migration.runBefore)
        this.#after.get(this.#standFor(keyOf({ app, name })))?.add(this.#standFor(keyOf(node)));
    }
  }

  standInOf(key: string): string | undefined {
    const found = this.#standFor(key);
    return found === key ? undefined : found;
  }

  after(node: N): readonly string[] {
    return [...(this.#after.get(keyOf(node)) ?? [])].sort(compareText);
  }

  /** The plan of `migrate`. */
  order(): N[] {
    const own = [...this.#nodes.values()].filter((node) => this.standInOf(keyOf(node)) === undefined);
    const followed = new Set(
      own.flatMap((node) => this.after(node).filter((key) => this.#nodes.get(key)?.app === node.app)),
    );
    const leaves = own.map(keyOf).filter((key) => !followed.has(key));
    const done = new Set<string>();
    for (const leaf of leaves.sort(compareText)) this.#plan(leaf, done);
    return [...done].flatMap((key) => this.#nodes.get(key) ?? []);
  }

  #plan(leaf: string, done: Set<string>): void {
    const open = new Set<string>();
    const stack: [key: string, isProcessed: boolean][] = [[leaf, false]];
    for (let next = stack.pop(); next; next = stack.pop()) {
      const [key, isProcessed] = next;
      if (done.has(key)) continue;
      if (isProcessed) done.add(key);
      else if (!open.has(key)) {
        open.add(key);
        stack.push([key, true]);
        for (const before of [...(this.#after.get(key) ?? [])].sort(compareText)) stack.push([before, false]);
      }
    }
  }

  #standFor(key: string): string {
    let found = key;
    for (let i = 0; i < MAX_SQUASHED; i++) {
      const next = this.#standIns.get(found);
      if (next === undefined) return found;
      found = next;
    }
    return found;
  }

  #dependencies(node: N): string[] {
    const own = new Set(node.migration.replaces.map(([app, name]) => keyOf({ app, name })));
    return node.migration.dependencies.flatMap((dependency) => {
      const [app, name] = "setting" in dependency ? this.#ofSetting(dependency.setting) : dependency;
      if (app === node.app && name.startsWith("__")) return [];
      // Apps of other packages come first, whatever they are.
      if (!this.#byApp.has(app)) return [];
      const key = this.#named(app, name);
      return key === undefined || own.has(key) ? [] : [this.#standFor(key)];
    });
  }

  #ofSetting(setting: string): MigrationKey {
    const [app = "auth"] = this.settings.models[setting]?.split(".") ?? [];
    return [app, "__first__"];
  }

  #named(app: string, name: string): string | undefined {
    if (name !== "__first__" && name !== "__latest__") return keyOf({ app, name });
    const all = this.#byApp.get(app) ?? [];
    const inApp = ({ migration }: N) =>
      migration.dependencies.flatMap((one) => ("setting" in one || one[0] !== app ? [] : [one[1]]));
    const followed = new Set(all.flatMap(inApp));
    const found =
      name === "__first__"
        ? all.find((node) => inApp(node).length === 0)
        : all.find((node) => !followed.has(node.name));
    return found && keyOf(found);
  }
}
