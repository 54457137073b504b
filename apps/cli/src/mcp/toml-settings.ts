import { parse, stringify } from "smol-toml";
import type { Settings, SettingsFormat } from "./settings-text.ts";

/**
 * TOML. The entry is a table of its own at the end of the file: a library that writes the whole file anew would lose its
 * comments and spacing.
 */
export const tomlSettings: SettingsFormat = {
  parse: (text) => parse(text) as Settings,
  insert(text, keys, entry) {
    const rest = withoutTable(text, keys);
    const gap = rest === "" || rest.endsWith("\n\n") ? "" : rest.endsWith("\n") ? "\n" : "\n\n";
    return `${rest}${gap}${renderTable(keys, entry)}`;
  },
  remove: withoutTable,
};

/** `[mcp_servers.reef]` and its fields; what is an object itself stands in one line. */
function renderTable(keys: readonly string[], entry: Settings): string {
  const fields = Object.entries(entry).map(([name, value]) => `${name} = ${renderValue(value)}\n`);
  return `[${keys.join(".")}]\n${fields.join("")}`;
}

function renderValue(value: unknown): string {
  if (typeof value !== "object" || value === null) return stringify({ value }).replace(/^value = |\n$/g, "");
  const fields = Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)} = ${renderValue(inner)}`);
  return `{ ${fields.join(", ")} }`;
}

/** The text without the table at `keys` and the tables in it, each with the lines up to the next table's head. */
function withoutTable(text: string, keys: readonly string[]): string {
  const head = new RegExp(`^\\s*\\[\\s*${keys.map((key) => `"?${key}"?`).join("\\s*\\.\\s*")}\\s*[\\].]`);
  const kept: string[] = [];
  let isOurs = false;
  let removed = false;
  for (const line of text.split(/(?<=\n)/)) {
    if (/^\s*\[/.test(line)) isOurs = head.test(line);
    if (isOurs) removed = true;
    else kept.push(line);
  }
  const rest = kept.join("");
  // The gap before a table that stood last goes with it.
  return removed && text.startsWith(rest.trimEnd()) ? rest.replace(/\n\n+$/, "\n") : rest;
}
