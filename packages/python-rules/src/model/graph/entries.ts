import type { Expr, Step } from "../facts/types.js";
import { ancestors, kindOf } from "./classes.js";
import { objectOf } from "./annotations.js";
import type { Machine } from "./machine.js";
import { classAtom } from "./names.js";
import type { ClassAtom, FunctionAtom, Home } from "./values.js";

/** Words of code that hands a function to the loop. */
const SCHEDULES =
  /\.(?:call_soon|call_soon_threadsafe|call_later|call_at|add_done_callback|add_reader|add_writer|add_signal_handler)\b/;
const ASYNC = /\basync\s+def\b/;
/** Methods that the loop calls without a coroutine, and handlers that Starlette calls so. */
const CALLED = /\bdef\s+__(?:aiter|await)__\b|\bon_event\s*\(|\bProtocol\b/;
/** None of them can stand in a file without one of these, which are found much faster. */
const WORDS = /async|call_|add_(?:done_callback|reader|writer|signal)|__a|on_event|Protocol/;

function mayRun(text: string): boolean {
  return ASYNC.test(text) || SCHEDULES.test(text) || CALLED.test(text);
}

/** Runs what of one file runs on the event loop. */
export function runFile(m: Machine, file: string): void {
  // Some stubs have bodies all the same: they are copies of what runs.
  const source = m.code.modules.isNeverRun(file) ? undefined : m.code.file(file);
  if (!source || !WORDS.test(source.text) || !mayRun(source.text)) return;
  for (const [i, statement] of source.statements.entries()) {
    const own = source.textOf(statement);
    if (!mayRun(own)) continue;
    const home: Home = { file, base: statement.range[0], scope: { t: "module", file } };
    enterSteps(m, source.facts(i).steps, home, own);
  }
  m.drain();
}

function enterSteps(m: Machine, steps: readonly Step[], home: Home, text: string, owner?: ClassAtom): void {
  for (const step of steps) {
    switch (step.k) {
      case "def":
        enterFunction(m, m.functionAtom(step.fn, home, owner), text);
        break;
      case "class":
        enterSteps(m, step.cls.body, home, text, classAtom(m, step, home));
        break;
      case "if":
        enterSteps(m, [...step.a, ...step.b], home, text, owner);
        break;
      case "try":
        enterSteps(m, [...step.body, ...step.handlers.flatMap(({ body }) => body)], home, text, owner);
        break;
      default:
    }
  }
}

/** Methods that run on the loop of a class that a function defines. */
export function enterMethods(m: Machine, owner: ClassAtom): void {
  for (const step of owner.cls.body) {
    if (step.k !== "def") continue;
    const atom = m.functionAtom(step.fn, owner.home, owner);
    if (step.fn.async || isCalledByLoop(m, atom)) m.enter(selfBound(m, atom));
  }
}

function enterFunction(m: Machine, atom: FunctionAtom, text: string): void {
  const own = selfBound(m, atom);
  if (atom.fn.async || isCalledByLoop(m, atom)) m.enter(own);
  // What is inside of it is entered as it runs.
  else if (ASYNC.test(text) || SCHEDULES.test(text)) m.visit(own);
}

/** A method with some object of its class. */
export function selfBound(m: Machine, atom: FunctionAtom): FunctionAtom {
  if (!atom.owner) return atom;
  const kind = kindOf(m, atom);
  if (kind === "static") return atom;
  const cls = m.values.of(atom.owner);
  return m.bound(atom, kind === "class" ? cls : objectOf(m, cls));
}

function isCalledByLoop(m: Machine, { fn, owner }: FunctionAtom): boolean {
  if (!owner) return fn.decorators.some(isEventHandler);
  if (fn.name === "__aiter__" || fn.name === "__await__") return true;
  if (fn.name.startsWith("_")) return false;
  const isProtocol = ancestors(m, owner).some(
    (one) => one.t === "name" && /^asyncio\.(?:\w+\.)?\w*Protocol$/.test(one.name),
  );
  return isProtocol && PROTOCOL_METHODS.test(fn.name);
}

/** Starlette awaits what is a coroutine function, and calls others as they are. */
function isEventHandler(decorator: Expr): boolean {
  return decorator.k === "call" && decorator.of.k === "attr" && decorator.of.id === "on_event";
}

const PROTOCOL_METHODS =
  /^(?:connection_(?:made|lost)|data_received|eof_received|datagram_received|error_received|buffer_updated|get_buffer|pause_writing|resume_writing|pipe_data_received|process_exited)$/;
