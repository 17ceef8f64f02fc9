import type { FunctionAtom, Value } from "./values.js";
import type { ClassAtom } from "./values.js";

/** Where a name is looked up: a module, the body of a class, or a running function. */
export type Scope =
  | { readonly t: "module"; readonly file: string }
  | { readonly t: "class"; readonly cls: ClassAtom; readonly outer: Scope }
  | Frame;

/** A function that runs, or ran, with the values of its variables. */
export interface Frame {
  readonly t: "frame";
  readonly id: number;
  readonly fn: FunctionAtom;
  readonly outer: Scope;
  /** Names it binds. */
  readonly own: ReadonlySet<string>;
  /** By name, or by path where an attribute is known better than its class tells: `self.session`. */
  vars: Map<string, Value>;
  /** Whether a function or class inside of it may look at its variables when it is done. */
  isCaptured: boolean;
}
