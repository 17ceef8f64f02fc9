import type { Expr, FunctionFacts, Param, Step } from "./types.js";

export type BodyFacts = Pick<FunctionFacts, "body" | "locals" | "generator" | "outer" | "sets">;

/** What a function's own statements bind, yield and set; those of functions and classes inside it are their own. */
export function bodyFacts(body: readonly Step[], params: readonly Param[]): BodyFacts {
  const found = new Body(params[0]?.name);
  found.steps(body);
  const own = new Set(params.map(({ name }) => name));
  return {
    body: body.filter((step) => !isScope(step)),
    locals: [...found.names].filter((name) => !own.has(name) && !found.outer.has(name)),
    generator: found.isGenerator,
    outer: [...found.outer],
    sets: [...found.sets],
  };
}

/** `global a, b` and `nonlocal a` as a step that never leaves this folder. */
export interface ScopeStep {
  k: "scope";
  names: string[];
}

export function scopeStep(names: string[]): Step {
  return { k: "scope", names } satisfies ScopeStep as unknown as Step;
}

function isScope(step: Step): boolean {
  return (step as Step | ScopeStep).k === "scope";
}

class Body {
  readonly names = new Set<string>();
  readonly outer = new Set<string>();
  readonly sets = new Set<string>();
  isGenerator = false;
  readonly #self: string | undefined;

  constructor(self: string | undefined) {
    this.#self = self;
  }

  steps(steps: readonly Step[]): void {
    for (let i = 0; i < steps.length; i++) this.#step(steps[i]!);
  }

  #all(expressions: readonly Expr[]): void {
    for (let i = 0; i < expressions.length; i++) this.#expr(expressions[i]);
  }

  #step(step: Step | ScopeStep): void {
    switch (step.k) {
      case "scope":
        for (const name of step.names) this.outer.add(name);
        break;
      case "do":
        this.#expr(step.e);
        break;
      case "set":
        for (const to of step.to) this.target(to);
        this.#expr(step.e);
        break;
      case "update":
        this.target(step.to);
        this.#expr(step.e);
        break;
      case "return":
      case "raise":
        this.#expr(step.e);
        break;
      case "if":
        this.#expr(step.test);
        this.steps(step.a);
        this.steps(step.b);
        break;
      case "for":
        this.target(step.to);
        this.#expr(step.of);
        this.steps(step.body);
        this.steps(step.b);
        break;
      case "while":
        this.#expr(step.test);
        this.steps(step.body);
        this.steps(step.b);
        break;
      case "with":
        this.#expr(step.of);
        if (step.to) this.target(step.to);
        break;
      case "try":
        this.steps(step.body);
        for (const { name, body } of step.handlers) {
          if (name !== undefined) this.names.add(name);
          this.steps(body);
        }
        this.steps(step.b);
        this.steps(step.last);
        break;
      case "match":
        this.#expr(step.of);
        for (const one of step.cases) this.steps(one);
        break;
      case "def":
        this.names.add(step.fn.name);
        break;
      case "class":
        this.names.add(step.cls.name);
        break;
      case "import":
        this.names.add(step.as ?? step.module.split(".", 1)[0]!);
        break;
      case "from":
        for (const { name, as } of step.names) this.names.add(as ?? name);
        break;
    }
  }

  target(to: Expr): void {
    if (to.k === "name") this.names.add(to.id);
    else if (to.k === "tuple" || to.k === "list")
      to.items.forEach((item) => { this.target(item); }); // prettier-ignore
    else if (to.k === "star") this.target(to.of);
    else if (to.k === "attr" && to.of.k === "name" && to.of.id === this.#self) this.sets.add(to.id);
    else this.#expr(to);
  }

  #expr(e: Expr | undefined): void {
    switch (e?.k) {
      case "yield":
        this.isGenerator = true;
        this.#expr(e.of);
        break;
      case "bind":
        this.names.add(e.to);
        this.#expr(e.of);
        break;
      case "attr":
      case "await":
      case "not":
      case "star":
        this.#expr(e.of);
        break;
      case "call":
        this.#expr(e.of);
        for (let i = 0; i < e.args.length; i++) this.#expr(e.args[i]!.e);
        break;
      case "item":
        this.#expr(e.of);
        this.#expr(e.key);
        break;
      case "data":
        this.#all(e.of ?? []);
        break;
      case "list":
      case "tuple":
      case "any":
        this.#all(e.items);
        break;
      case "dict":
        this.#all(e.values);
        break;
      case "comp":
        this.#all(e.items);
        for (const { of, ifs } of e.loops) {
          this.#expr(of);
          this.#all(ifs);
        }
        break;
      case "if":
        this.#expr(e.test);
        this.#expr(e.a);
        this.#expr(e.b);
        break;
      case "op":
        this.#expr(e.a);
        this.#expr(e.b);
        break;
    }
  }
}
