/**
 * Writes src/prices/generated/prices.json from the newest releases of two packages that keep such lists: npm run prices:update.
 * The same releases always give the same file. What changes is for a person to look through before it is committed.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { z } from "zod";
import { priceListSchema } from "../src/prices/price-list.ts";
import { readGenaiPrices, readPiModels, type SourceModel } from "./price-sources.ts";

type List = z.input<typeof priceListSchema>;
type Listed = List["models"][number];

const FILE = new URL("../src/prices/generated/prices.json", import.meta.url);
const PI = "@earendil-works/pi-ai";
const GENAI = "@pydantic/genai-prices";

const folder = mkdtempSync(join(tmpdir(), "prices-"));
try {
  const pi = unpack(PI);
  const genai = unpack(GENAI);
  const found = readPiModels(join(pi.path, "dist/providers/data"));
  const date = [found.date, genai.date].sort().at(-1) ?? "";
  const library = await import(pathToFileURL(join(genai.path, "dist/index.js")).href);
  // The first list is younger and says how much a model writes; the second knows older models, and those that embed.
  const models = merge([...found.models, ...readGenaiPrices(library.findProvider, date)]);
  const sources = [pi, genai].map(({ name, version, license }) => ({ package: name, version, license }));
  const list = priceListSchema.parse({ date, sources, models: models.map(withFieldsInOrder) });
  writeFileSync(FILE, spell(list));
  process.stderr.write(`${list.models.length} models of ${list.date}.\n`);
} finally {
  rmSync(folder, { recursive: true });
}

/** Fetches the newest release of a package, without installing it. */
function unpack(name: string) {
  // The version is named, since npm else prefers old releases that its own Node could run.
  const described = JSON.parse(npm("view", name, "version", "license", "time", "--json"));
  const { version, license, time } = described as { version: string; license: string; time: Record<string, string> };
  const [packed] = JSON.parse(npm("pack", `${name}@${version}`, "--json", "--pack-destination", folder));
  const path = join(folder, name.replaceAll("/", "-"));
  execFileSync("mkdir", ["-p", path]);
  execFileSync("tar", ["xzf", join(folder, packed.filename), "-C", path, "--strip-components=1"]);
  if (JSON.parse(readFileSync(join(path, "package.json"), "utf8")).version !== version)
    throw new Error(`Not ${version}.`);
  return { name, version, license, path, date: (time[version] ?? "").slice(0, 10) };
}

function npm(...given: string[]): string {
  return execFileSync("npm", [...given, "--loglevel=error"], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
}

/** One entry for all kinds that serve a model on the same terms; of two sources the first one counts. */
function merge(all: readonly SourceModel[]): Listed[] {
  const known = new Set<string>();
  const merged = new Map<string, Listed>();
  for (const { kind, ...model } of all) {
    const name = `${kind} ${model.model}`;
    if (known.has(name)) continue;
    known.add(name);
    const terms = JSON.stringify(model);
    const entry = merged.get(terms) ?? { ...model, kinds: [] };
    entry.kinds.push(kind);
    merged.set(terms, entry);
  }
  const order = (entry: Listed) => `${entry.model} ${entry.kinds.join()}`;
  for (const entry of merged.values()) entry.kinds.sort();
  return [...merged.values()].sort((left, right) => (order(left) < order(right) ? -1 : 1));
}

function withFieldsInOrder({ model, kinds, price, contextTokens, maxOutputTokens }: Listed): Listed {
  return {
    model,
    kinds,
    price,
    ...(contextTokens !== undefined && { contextTokens }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  };
}

/** One model a line, so that a change of one is a change of one line. */
function spell({ models, ...head }: List): string {
  const lines = models.map((model) => `    ${JSON.stringify(model)}`);
  const top = JSON.stringify(head, undefined, 2).replace(/\n\}$/, "");
  return `${top},\n  "models": [\n${lines.join(",\n")}\n  ]\n}\n`;
}
