import { library } from "../../tsup.shared.js";

export default library(["src/index.ts", "src/cli.ts", "src/shared.ts", "src/files.ts", "src/generated.ts"]);
