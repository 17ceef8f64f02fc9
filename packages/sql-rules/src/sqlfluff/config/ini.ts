import { coerce, keyOf, type Value, type Values } from "./values.js";

/** A configuration file that cannot be read. */
export class ConfigError extends Error {}

/**
 * Reads `.sqlfluff`, `setup.cfg`, `tox.ini` and `pep8.ini` as sqlfluff does: Python's configparser with `=` as the only
 * delimiter and keys in their own case. The INI libraries for JavaScript know no values that go on over indented lines
 * (sqlfluff's lists of rules are written so), and split sections at dots (sqlfluff's rule names have them).
 *
 * @throws ConfigError where configparser refuses the file
 */
export function readIni(text: string): Values {
  const values = new Map<string, Value>();
  for (const [name, options] of parse(text)) {
    const path = sectionPath(name);
    if (!path) continue;
    for (const [option, lines] of options) {
      // Dots nest further: `namespace.project = x` for the context of templates.
      values.set(keyOf(...path, ...option.split(".")), coerce(lines.join("\n").trimEnd()));
    }
  }
  return values;
}

/** `[sqlfluff]` → core, `[sqlfluff:rules:x]` → rules, x; other sections belong to other tools. */
function sectionPath(name: string): string[] | undefined {
  if (name === "sqlfluff") return ["core"];
  return name.startsWith("sqlfluff:") ? name.slice("sqlfluff:".length).split(":") : undefined;
}

/** The section whose values hold in all others; only it may stand twice. */
const DEFAULTS = "DEFAULT";

type Sections = Map<string, Map<string, string[]>>;

function parse(text: string): Sections {
  const sections: Sections = new Map();
  let options: Map<string, string[]> | undefined;
  let value: string[] | undefined;
  let indent = 0;

  text.split(/\r\n|[\r\n]/).forEach((line, index) => {
    const content = line.trim();
    if (content === "") value?.push("");
    if (content === "" || /^[#;]/.test(content)) return;

    const depth = line.search(/\S/);
    if (value && depth > indent) {
      value.push(content);
      return;
    }
    indent = depth;
    const header = /^\[(.+)\]/.exec(content)?.[1];
    if (header !== undefined) {
      options = sections.get(header) ?? new Map<string, string[]>();
      if (sections.has(header) && header !== DEFAULTS) {
        throw new ConfigError(`line ${index + 1}: section [${header}] stands twice`);
      }
      sections.set(header, options);
      value = undefined;
      return;
    }
    const at = content.indexOf("=");
    const option = content.slice(0, Math.max(at, 0)).trimEnd();
    if (!options) throw new ConfigError(`line ${index + 1}: there is no [section] above this line`);
    if (option === "") throw new ConfigError(`line ${index + 1}: neither 'key = value' nor [section]`);
    if (options.has(option)) throw new ConfigError(`line ${index + 1}: '${option}' stands twice`);
    options.set(option, (value = [content.slice(at + 1).trim()]));
  });
  return withDefaults(sections);
}

/** What stands in [DEFAULT] holds in every section that does not say otherwise. */
function withDefaults(sections: Sections): Sections {
  const defaults = sections.get(DEFAULTS);
  if (!defaults) return sections;
  return new Map([...sections].map(([name, options]) => [name, new Map([...defaults, ...options])]));
}
