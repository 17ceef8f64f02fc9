import { splitAt } from "../language/nodes.js";
import type { PyNode } from "../language/tree.js";
import { methodIn } from "./classes.js";
import { Control } from "./control.js";
import { anyEnd, type End } from "./flow.js";
import type { Scope } from "./scope.js";
import { constant, type Value } from "./values.js";

/** What runs below `with`. */
export abstract class Contexts extends Control {
  /** Runs what is below `with` as what stands around the context's function does. */
  protected abstract asCaller(enter: (value: Value) => void): (value: Value) => void;

  protected with(node: PyNode, scope: Scope): End {
    const body = node.children.findIndex(({ type }) => type === "Body");
    return this.#enter(
      splitAt(node.children.slice(1, body), ","),
      () => this.block(node.children[body]?.children ?? [], scope),
      scope,
    );
  }

  /** Runs what is below contexts: where a function of the repository yields, or between an object's own methods. */
  #enter(contexts: readonly PyNode[][], run: () => End, scope: Scope): End {
    return this.limits.block(() => this.#inside(contexts, run, scope), "return");
  }

  #inside([first, ...more]: readonly PyNode[][], run: () => End, scope: Scope): End {
    if (!first) return run();
    const [context = [], name] = splitAt(first, "as");
    const ends: End[] = [];
    let returned: Value | undefined;
    const enter = (value: Value): void => {
      if (name?.[0]) this.evaluator.bind(name, value, scope);
      const before = this.returned;
      this.returned = undefined;
      ends.push(this.#enter(more, run, scope));
      returned = this.returned;
      this.returned = before;
    };
    this.entered = this.asCaller(enter);
    const value = this.evaluator.several(context, scope);
    this.entered = undefined;
    // What a context that was not followed came to is as good as nothing.
    const isFollowed = value.k !== "unknown" || value.isUnfollowed !== true;
    if (!isFollowed) ends.length = 0;
    if (ends.length === 0) {
      this.#method(value, "__enter__", enter);
      this.#method(value, "__exit__");
    }
    this.returned = returned ?? this.returned;
    const isSuppressed = value.k === "made" && /(?:^|\.)suppress$/.test(value.path);
    if (isSuppressed && ends[0] === "raise") return "end";
    return ends.length === 1 ? ends[0]! : anyEnd(ends);
  }

  /** Calls a method of an object whose class was read; the object itself is what any other context gives. */
  #method(value: Value, name: string, then?: (result: Value) => void): void {
    const method = value.k === "made" && value.of && methodIn(value.of, name, this.evaluator);
    const nothing = constant(null, value.at);
    const result = method
      ? this.call(
          { ...method.value, self: value },
          then ? [] : [nothing, nothing, nothing],
          new Map(),
          value.at,
        )
      : value;
    then?.(result);
  }
}
