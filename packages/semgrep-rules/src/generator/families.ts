import type { Family } from "../blocking-calls/types.js";

/** What the rule of a family says. */
export interface FamilyRule {
  /** Begins with "Disallow", without a full stop. */
  description: string;
  /** What a finding says; `$CALLEE` is the called function as it is written there. */
  message: string;
  technology: readonly string[];
  references: readonly string[];
  /** A fix for calls with these arguments, where the family has one that is safe. */
  fix?: { args: string; text: string };
}

const ASYNCIO = "https://docs.python.org/3/library/asyncio-dev.html#running-blocking-code";
const STOPS = "stops the whole event loop: every other request and task of this process waits";

/** The rules' texts, in the order of the table. */
export const familyRules: Readonly<Record<Family, FamilyRule>> = {
  sleep: {
    description: "Disallow time.sleep() in async functions",
    message: `time.sleep() in an async function ${STOPS} until it returns.`,
    technology: ["python", "asyncio", "fastapi"],
    references: [ASYNCIO, "https://docs.python.org/3/library/asyncio-task.html#asyncio.sleep"],
    fix: { args: "$SECONDS", text: "await asyncio.sleep($SECONDS)" },
  },
  http: {
    description: "Disallow blocking HTTP requests in async functions",
    message: `This HTTP request, $CALLEE(), in an async function ${STOPS} until the server has answered.`,
    technology: ["python", "asyncio", "requests", "httpx", "urllib3"],
    references: [ASYNCIO, "https://www.python-httpx.org/async/"],
  },
  subprocess: {
    description: "Disallow blocking subprocess calls in async functions",
    message: `This call, $CALLEE(), in an async function ${STOPS} for the other program.`,
    technology: ["python", "asyncio"],
    references: [ASYNCIO, "https://docs.python.org/3/library/asyncio-subprocess.html"],
  },
  "file-io": {
    description: "Disallow blocking file access in async functions",
    message: `This file access, $CALLEE(), in an async function ${STOPS} for the disk, or for the network where the file system is a remote one.`,
    technology: ["python", "asyncio"],
    references: [ASYNCIO, "https://anyio.readthedocs.io/en/stable/fileio.html"],
  },
  database: {
    description: "Disallow blocking database calls in async functions",
    message: `This database call, $CALLEE(), in an async function ${STOPS} until the database has answered.`,
    technology: ["python", "asyncio", "postgresql", "sqlalchemy", "mongodb"],
    references: [ASYNCIO, "https://docs.sqlalchemy.org/en/20/orm/extensions/asyncio.html"],
  },
  redis: {
    description: "Disallow the synchronous Redis client in async functions",
    message: `This Redis call, $CALLEE(), in an async function ${STOPS} until Redis has answered.`,
    technology: ["python", "asyncio", "redis"],
    references: [ASYNCIO, "https://redis.readthedocs.io/en/stable/examples/asyncio_examples.html"],
  },
  "cloud-sdk": {
    description: "Disallow synchronous cloud and model API clients in async functions",
    message: `This call of a service, $CALLEE(), in an async function ${STOPS} until the service has answered.`,
    technology: ["python", "asyncio", "aws", "google-cloud", "azure", "openai"],
    references: [ASYNCIO, "https://docs.python.org/3/library/asyncio-task.html#asyncio.to_thread"],
  },
  "model-predict": {
    description: "Disallow loading, training and scoring models in async functions",
    message: `This work with a model, $CALLEE(), in an async function ${STOPS} while the model is read or computes.`,
    technology: ["python", "asyncio", "h2o", "scikit-learn", "xgboost", "mlflow"],
    references: [
      ASYNCIO,
      "https://docs.python.org/3/library/asyncio-eventloop.html#asyncio.loop.run_in_executor",
    ],
  },
  "cpu-pandas": {
    description: "Disallow heavy pandas, polars and NumPy work in async functions",
    message: `This work on a whole table, $CALLEE(), in an async function ${STOPS} while the rows are computed.`,
    technology: ["python", "asyncio", "pandas", "polars", "numpy"],
    references: [
      ASYNCIO,
      "https://docs.python.org/3/library/asyncio-eventloop.html#asyncio.loop.run_in_executor",
    ],
  },
  input: {
    description: "Disallow waiting for the keyboard in async functions",
    message: `This question, $CALLEE(), in an async function ${STOPS} for a person at the keyboard.`,
    technology: ["python", "asyncio"],
    references: [ASYNCIO],
  },
  "future-result": {
    description: "Disallow waiting for threads, processes and other loops in async functions",
    message: `Waiting here, by $CALLEE(), in an async function ${STOPS} for another thread, and for ever where that one needs the loop.`,
    technology: ["python", "asyncio"],
    references: [ASYNCIO, "https://docs.python.org/3/library/asyncio-future.html#asyncio.wrap_future"],
  },
  socket: {
    description: "Disallow blocking sockets and network clients in async functions",
    message: `This network call, $CALLEE(), in an async function ${STOPS} for the other side.`,
    technology: ["python", "asyncio"],
    references: [ASYNCIO, "https://docs.python.org/3/library/asyncio-stream.html"],
  },
};
