// Adds the packages of other platforms to package-lock.json. A registry that carries one platform's binaries only makes
// npm leave the others out of the lockfile, and `npm ci` then refuses it everywhere. Run after `npm install`.
import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8"));
const { packages } = lock;

const OS = [
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
  "aix",
];
const CPU = ["arm64", "arm", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "x64", "wasm32"];

/** The path under which npm would find a package from `from`, or undefined. */
function resolve(from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
    const path = `${at === "" ? "" : `${at}/`}node_modules/${name}`;
    if (packages[path]) return path;
    if (at === "" || !at.includes("node_modules/"))
      return packages[`node_modules/${name}`] && `node_modules/${name}`;
    if (!at.includes("/node_modules/")) at = "";
  }
}

let added = 0;
for (const [parent, entry] of Object.entries({ ...packages })) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const found = resolve(parent, name);
    if (found && (packages[found].version === version || !/^\d/.test(version))) continue;
    const words = name.split(/[/-]/);
    const os = OS.filter((word) => words.includes(word));
    const cpu = CPU.filter((word) => words.includes(word) || words.includes(`${word}eabi`));
    if (os.length === 0 && cpu.length === 0) {
      console.error(`${name}: not a platform's package, left out`);
      continue;
    }
    const isTaken = packages[`node_modules/${name}`] !== undefined;
    packages[isTaken ? `${parent}/node_modules/${name}` : `node_modules/${name}`] = {
      version: version.replace(/^\D+/, ""),
      ...(cpu.length > 0 ? { cpu } : {}),
      ...(entry.dev ? { dev: true } : {}),
      optional: true,
      ...(os.length > 0 ? { os } : {}),
    };
    added++;
  }
}
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} packages of other platforms added`);
