/** Whether something holds; `maybe` where what is written does not tell. */
export type Answer = "yes" | "maybe" | "no";

/** The best of several ways. */
export function any<T>(items: Iterable<T>, ask: (item: T) => Answer): Answer {
  let best: Answer = "no";
  for (const item of items) {
    const answer = ask(item);
    if (answer === "yes") return "yes";
    if (answer === "maybe") best = "maybe";
  }
  return best;
}

/** The worst of several conditions. */
export function all<T>(items: Iterable<T>, ask: (item: T) => Answer): Answer {
  let worst: Answer = "yes";
  for (const item of items) {
    const answer = ask(item);
    if (answer === "no") return "no";
    if (answer === "maybe") worst = "maybe";
  }
  return worst;
}
