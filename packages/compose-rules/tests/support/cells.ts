import type { Answer } from "./compose-oracle.js";
import { HOME } from "./compose-oracle.js";

/** What a measured row says of its one service, in the notation of `compose.tsv`; `ERR` where it is refused. */
export function cellOf(kind: string, answer: Answer, folder: string): string {
  if ("error" in answer) return "ERR";
  const service = answer.services.s;
  if (!service) return "ERR";
  switch (kind) {
    case "port":
      return service.ports.join(" ");
    case "vol":
      return service.mounts.join(" ").replaceAll(folder, "PROJECT").replaceAll(HOME, "HOME");
    case "command":
      return JSON.stringify(service.command);
    case "interp":
      return JSON.stringify(service.environment.V);
    case "env":
      return JSON.stringify(Object.fromEntries(Object.entries(service.environment).sort()));
    default:
      return service.limit === 0 ? "none" : String(service.limit);
  }
}
