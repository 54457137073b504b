import { JsonObjectNode, JsonParser, type JsonValueNode } from "@croct/json5-parser";
import type { Settings, SettingsFormat } from "./settings-text.ts";

/** JSON, JSON with comments, and JSON5. */
export const jsonSettings: SettingsFormat = {
  parse: (text) => (text.trim() === "" ? {} : (parse(text).toJSON() as Settings)),
  insert(text, keys, entry) {
    if (text.trim() === "") return `${JSON.stringify(nest(keys, entry), null, 2)}\n`;
    const root = parse(text);
    const [last = "", ...parents] = keys.toReversed();
    let holder = root;
    for (const parent of parents.reverse()) {
      if (!holder.has(parent)) holder.set(parent, {});
      holder = holder.get(parent, JsonObjectNode);
    }
    holder.set(last, entry as unknown as JsonValueNode);
    return root.toString();
  },
  remove(text, keys) {
    const root = parse(text);
    const [last = "", ...parents] = keys.toReversed();
    let holder = root;
    for (const parent of parents.reverse()) holder = holder.get(parent, JsonObjectNode);
    holder.delete(last);
    return root.toString();
  },
};

const parse = (text: string): JsonObjectNode => JsonParser.parse(text, JsonObjectNode);

const nest = (keys: readonly string[], value: Settings): Settings =>
  keys.reduceRight<Settings>((inner, key) => ({ [key]: inner }), value);
