import type { Range } from "@orchestrator-lint/sql-rules/shared";
import type { Expr, FunctionFacts } from "../facts/types.js";
import type { Machine } from "../graph/machine.js";
import { moduleValue } from "../graph/names.js";
import type { GraphNode } from "../graph/node.js";
import { bodyOf, externalName, written, type Call } from "../graph/body.js";
import { isClient } from "./effects.js";

const MODEL = /(?:^|\.)H2O\w*(?:Estimator|AutoML|GridSearch)$/;
/** H2O makes no MOJO of these. */
const WITHOUT_MOJO =
  /(?:^|\.)H2O(?:NaiveBayes|DecisionTree|Aggregator|Generic|Infogram|ModelSelection|ANOVAGLM|AdaBoost)\w*$/;
/** A name of a function that may keep the model it is given. */
const KEEPS = /export|save|persist|publish|deploy|register|upload|store|write|log|dump/i;
/** Functions with such a name that keep it in another form. */
const KEEPS_OTHERWISE = /^(?:h2o|pickle|joblib|mlflow|logging|numpy|pandas|json)\b/;
const MOJO = /^[^#\n]*(?:(?:download|save|export|write|store|dump)\w*mojo\w*\s*\(|models\.mojo\b)/im;
/** The run of another pipeline, which may export what is in the cluster. */
const TRIGGER = /^[^#\n]*\btrigger_pipeline\s*\(/m;

/** Whether a text exports a MOJO, or has another pipeline run that may. */
export function mayExport(text: string): boolean {
  return MOJO.test(text) || TRIGGER.test(text);
}

/** Where a function trains a model that H2O could make a MOJO of: ranges of what is called, in its file. */
export function trainingsOf(m: Machine, node: GraphNode): Range[] {
  const { fn, home } = node.fn;
  return bodyOf(fn).calls.flatMap(({ of }) => {
    if (of.k !== "attr" || of.id !== "train") return [];
    const made = of.of.k === "call" ? [of.of] : madeOf(node, of.of);
    return made.some((one) => one.k === "call" && isModel(m, node, one))
      ? [[home.base + of.start, home.base + of.stop] as const]
      : [];
  });
}

/** What a variable is bound to in the function, and what an attribute of `self` is in any method of its class. */
function madeOf({ fn: { fn, owner } }: GraphNode, e: Expr): readonly Expr[] {
  const path = written(e);
  if (path === undefined) return [];
  const own = bodyOf(fn).bound.get(path);
  if (own || e.k !== "attr" || !owner) return own ?? [];
  return owner.cls.body.flatMap((step) => (step.k === "def" ? (bodyOf(step.fn).bound.get(path) ?? []) : []));
}

function isModel(m: Machine, { fn: { fn, home } }: GraphNode, { of }: Call): boolean {
  const name = externalName(m, home.file, fn, of) ?? "";
  return MODEL.test(name) && !WITHOUT_MOJO.test(name);
}

/** Whether a function hands a model on to something outside of the project that may export it. */
export function handsOn(m: Machine, { fn: { fn, home } }: GraphNode): boolean {
  return bodyOf(fn).calls.some(({ of, args }) => {
    const name = of.k === "attr" ? of.id : of.k === "name" ? of.id : "";
    if (!KEEPS.test(name) || !args.some(({ e }) => isHandedOver(fn, e))) return false;
    // Mage's own clients take frames.
    if (of.k === "attr" && isClient(m, home.file, fn, of.of)) return false;
    const dotted = externalName(m, home.file, fn, of);
    // What the project itself defines was looked into.
    return dotted === undefined ? !isOfProject(m, home.file, of) : !KEEPS_OTHERWISE.test(dotted);
  });
}

/** What may be a model: what a function was given or trained, by its name. */
function isHandedOver(fn: FunctionFacts, e: Expr): boolean {
  const of = e.k === "attr" && e.id === "leader" ? e.of : e;
  if (of.k !== "name") return false;
  if (fn.params.some(({ name }) => name === of.id)) return true;
  return bodyOf(fn).calls.some(
    (call) => call.of.k === "attr" && call.of.id === "train" && written(call.of.of) === of.id,
  );
}

function isOfProject(m: Machine, file: string, of: Expr): boolean {
  const [first = ""] = (written(of) ?? "").split(".");
  const atoms = moduleValue(m, file, first)?.atoms ?? [];
  return atoms.some(({ t }) => t === "function" || t === "class" || t === "module");
}
