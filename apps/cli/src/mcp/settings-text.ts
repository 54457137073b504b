import { isDeepStrictEqual } from "node:util";
import { CommandError, exitCodes } from "../failures.ts";

/** The parsed content of a settings file, or a part of it. */
export type Settings = Record<string, unknown>;

/** A format of settings files, as far as one entry of it is edited. What else is in the text has to stay as it is. */
export interface SettingsFormat {
  /** @throws when the text is not in this format. */
  parse(text: string): Settings;
  /** The text with `entry` at `keys`, in place of what is there. */
  insert(text: string, keys: readonly string[], entry: Settings): string;
  /** The text without what is at `keys`. */
  remove(text: string, keys: readonly string[]): string;
}

/** One entry of a settings file: where it stands in which format. `path` is for what is said of the file. */
export interface SettingsPlace {
  format: SettingsFormat;
  keys: readonly string[];
  path: string;
}

/** The entry that is there; undefined where there is none. @throws CommandError when the file cannot be read. */
export function entryIn(place: SettingsPlace, text: string): Settings | undefined {
  const found = valueAt(parse(place, text), place.keys);
  return isSettings(found) ? found : undefined;
}

/**
 * The text with the entry; the very same text where it is there already.
 *
 * @throws CommandError when the file cannot be read, or when its other content would not stay what it is.
 */
export function withEntry(place: SettingsPlace, text: string, entry: Settings): string {
  const { format, keys } = place;
  const before = parse(place, text);
  if (isDeepStrictEqual(valueAt(before, keys), entry)) return text;
  const wanted = replacedAt(before, keys, entry);
  return checked(place, wanted, () => format.insert(text, keys, entry));
}

/** The text without the entry; the very same text where there is none. @throws CommandError as {@link withEntry} does. */
export function withoutEntry(place: SettingsPlace, text: string): string {
  const { format, keys } = place;
  const before = parse(place, text);
  if (valueAt(before, keys) === undefined) return text;
  return checked(place, replacedAt(before, keys, undefined), () => format.remove(text, keys));
}

function parse({ format, path }: SettingsPlace, text: string): Settings {
  try {
    return plain(format.parse(text));
  } catch {
    throw new CommandError(
      exitCodes.failed,
      `${path} is not a settings file that this program can read.`,
      "Mend it, or add what `reef mcp install --print` shows to it yourself.",
    );
  }
}

function checked({ format, keys, path }: SettingsPlace, wanted: Settings, edit: () => string): string {
  try {
    const edited = edit();
    if (isDeepStrictEqual(pruned(plain(format.parse(edited)), keys), pruned(wanted, keys))) return edited;
  } catch {
    // Whatever the edit stumbled over, the file was not touched.
  }
  throw new CommandError(
    exitCodes.failed,
    `${path} cannot be changed without changing more than reef's own entry.`,
    "Add what `reef mcp install --print` shows to it yourself.",
  );
}

function valueAt(settings: Settings, keys: readonly string[]): unknown {
  let value: unknown = settings;
  for (const key of keys) value = isSettings(value) ? value[key] : undefined;
  return value;
}

/** A copy with another value at `keys`, or none. */
function replacedAt(settings: Settings, [key = "", ...deeper]: readonly string[], value: unknown): Settings {
  const { [key]: present, ...others } = settings;
  if (deeper.length > 0) return { ...others, [key]: replacedAt(isSettings(present) ? present : {}, deeper, value) };
  return value === undefined ? others : { ...others, [key]: value };
}

/** Without the objects on the way to `keys` that hold nothing: TOML does not know a table that nobody wrote. */
function pruned(settings: Settings, [key = "", ...deeper]: readonly string[]): Settings {
  const { [key]: present, ...others } = settings;
  if (deeper.length === 0 || !isSettings(present)) return settings;
  const inner = pruned(present, deeper);
  return Object.keys(inner).length === 0 ? others : { ...others, [key]: inner };
}

const isSettings = (value: unknown): value is Settings =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Parsers make objects and dates of their own kinds; only what they hold is compared. */
const plain = (settings: Settings): Settings => JSON.parse(JSON.stringify(settings)) as Settings;
