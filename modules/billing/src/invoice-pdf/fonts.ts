import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as fontkit from "fontkit";

/** Noto Sans (SIL Open Font License 1.1), in the parts that its package cuts it into: by script. */
const PARTS = ["latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek", "greek-ext", "vietnamese", "devanagari"];
const WEIGHTS = { normal: 400, strong: 600 } as const;

/** How thick letters are. */
export type Weight = keyof typeof WEIGHTS;

/** One part of the font in one weight: what it is called in the document, its file, and what it can write. */
interface FontPart {
  name: string;
  file: Uint8Array;
  codePoints: ReadonlySet<number>;
}

const read = new Map<string, FontPart>();

function partOf(part: string, weight: Weight): FontPart {
  const name = `${part}-${weight}`;
  const known = read.get(name);
  if (known !== undefined) return known;
  const path = `@fontsource/noto-sans/files/noto-sans-${part}-${WEIGHTS[weight]}-normal.woff`;
  const file = readFileSync(fileURLToPath(import.meta.resolve(path)));
  const font = fontkit.create(file);
  if (!("characterSet" in font)) throw new Error(`${path} holds no single font.`);
  const fontPart: FontPart = { name, file, codePoints: new Set(font.characterSet) };
  read.set(name, fontPart);
  return fontPart;
}

/** Stands for what no part of the font can write. */
export const REPLACEMENT = "\uFFFD";

/** A piece of text that one part of the font writes. */
export interface Run {
  text: string;
  part: FontPart;
  /** It stands for something that no part of the font can write. */
  isReplaced: boolean;
}

const clusters = new Intl.Segmenter("en", { granularity: "grapheme" });
/** What does not show and could turn text around: controls and format characters, but for the two joiners of scripts. */
const UNSEEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/gu;

const canWrite = ({ codePoints }: FontPart, text: string): boolean =>
  Array.from(text).every((character) => codePoints.has(character.codePointAt(0) ?? 0));

/** Cuts a text into runs, each of which one part of the font can write. Only parts that are needed are read. */
export function runsOf(text: string, weight: Weight): Run[] {
  const runs: Run[] = [];
  for (const { segment } of clusters.segment(text.normalize("NFC").replace(UNSEEN, " "))) {
    const { part, written } = partFor(segment, weight, runs.at(-1)?.part);
    const last = runs.at(-1);
    const isReplaced = written !== segment;
    if (last?.part === part && last.isReplaced === isReplaced) last.text += written;
    else runs.push({ text: written, part, isReplaced });
  }
  return runs;
}

/** The part that writes a character: that of the one before where it can, so that words stay whole. */
function partFor(segment: string, weight: Weight, before: FontPart | undefined): { part: FontPart; written: string } {
  if (before !== undefined && canWrite(before, segment)) return { part: before, written: segment };
  for (const name of PARTS) {
    const part = partOf(name, weight);
    if (canWrite(part, segment)) return { part, written: segment };
  }
  return { part: partOf("latin", weight), written: REPLACEMENT };
}
