/** What puts something into a list or a dictionary, with how its name is written before it: `workers[key] = …`. */
const FILLS = String.raw`\s*(?:\[[^\]\n]{0,200}\]\s*=(?!=)|\.\s*(?:append|appendleft|add|insert|setdefault)\s*\()`;

/** Whether a text may put something into a container. @param path - as it is written there */
export function mayFill(text: string, path: string): boolean {
  return text.includes(path) && new RegExp(`(?<![\\w.])${path.replaceAll(".", String.raw`\s*\.\s*`)}${FILLS}`).test(text); // prettier-ignore
}
