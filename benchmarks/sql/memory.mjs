// Prints as JSON the peak resident memory, in MB, of the whole command over a tree: the program itself, in this process.
const [root = "."] = process.argv.slice(2);
process.chdir(root);
process.argv.splice(2, Infinity, "lint", "--format", "none", "db");
await import("../../packages/sql-rules/bin/orchestrator-sql.js");
process.exitCode = 0;
process.stdout.write(JSON.stringify({ peak: process.resourceUsage().maxRSS / 1024 }));
