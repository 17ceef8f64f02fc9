/** What a thread runs that answers a share of the questions about a tree. */
import { parentPort } from "node:worker_threads";
import { takeShare, type SharedQuestion } from "./whole-tree.js";

parentPort?.once("message", (question: SharedQuestion) => {
  parentPort?.postMessage(takeShare(question));
});
