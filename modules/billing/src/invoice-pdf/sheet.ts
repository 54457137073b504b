import PDFDocument from "pdfkit";
import { type Run, runsOf, type Weight } from "./fonts.ts";

/** A4, in points: 72 of them are an inch. */
export const PAGE = { width: 595.28, height: 841.89, margin: 56, foot: 72 } as const;
/** Ink, what is less important, hairlines, and the sea. */
export const COLOURS = { ink: "#15201f", muted: "#5b6867", line: "#d5dcdb", accent: "#0b6a6f" } as const;

/** How a text looks. */
export interface Look {
  size?: number;
  weight?: Weight;
  colour?: string;
  /** Lines end at the right edge of the box. */
  isRight?: boolean;
}

/** Where a text stands: from the left edge of the page, from its top, and how wide its lines may be. */
export interface Box {
  x: number;
  y: number;
  width: number;
}

/** A tagged part of the document, for programs that read it aloud. */
export type Part = PDFKit.PDFStructureElement;

const LINE_HEIGHT = 1.4;

interface DocumentFacts {
  title: string;
  author: string;
  /** When it was issued: the only time in the file, so that the same invoice is the same file. */
  createdAt: Date;
}

/** Writes text on pages, and tags what it writes. */
export class Sheet {
  readonly doc: PDFKit.PDFDocument;
  readonly root: Part;
  #registered = new Set<string>();
  /** How wide words are: most stand there more than once, and each is measured twice. */
  #widths = new Map<string, number>();
  /** Whether something was written that no font has. */
  hasReplaced = false;

  constructor({ title, author, createdAt }: DocumentFacts) {
    this.doc = new PDFDocument({
      size: "A4",
      margin: 0,
      bufferPages: true,
      pdfVersion: "1.7",
      // The library's types do not know of this one yet.
      subset: "PDF/UA" as "PDF/A-3a",
      tagged: true,
      lang: "en",
      displayTitle: true,
      info: { Title: title, Author: author, CreationDate: createdAt, ModDate: createdAt },
    });
    this.root = this.doc.struct("Document");
    this.doc.addStructure(this.root);
  }

  /** Writes a text as a part of its own, over as many lines as it needs. Answers where the next one may begin. */
  write(tag: string, parent: Part, text: string, box: Box, look: Look = {}): number {
    const content = this.doc.markStructureContent(tag);
    const end = this.#put(text, box, look);
    this.doc.endMarkedContent();
    parent.add(this.doc.struct(tag, {}, content));
    return end;
  }

  /** Writes what belongs to the page, not to the text: programs that read aloud leave it out. */
  writeAside(text: string, box: Box, look: Look = {}): void {
    this.aside(() => this.#put(text, box, look));
  }

  /** Draws what only looks. */
  aside(draw: () => void): void {
    this.doc.markContent("Artifact", { type: "Layout" });
    draw();
    this.doc.endMarkedContent();
  }

  hairline(
    y: number,
    x: number = PAGE.margin,
    width: number = PAGE.width - 2 * PAGE.margin,
    colour: string = COLOURS.line,
  ) {
    this.aside(() =>
      this.doc
        .moveTo(x, y)
        .lineTo(x + width, y)
        .lineWidth(0.6)
        .stroke(colour),
    );
  }

  /** How high a text is, by the lines that it takes. */
  heightOf(text: string, width: number, { size = 9, weight = "normal" }: Look = {}): number {
    return this.#linesOf(text, width, size, weight).length * size * LINE_HEIGHT;
  }

  /** How wide a text is on one line. */
  widthOf(text: string, { size = 9, weight = "normal" }: Look = {}): number {
    const key = `${size} ${weight} ${text}`;
    const known = this.#widths.get(key);
    if (known !== undefined) return known;
    const width = runsOf(text, weight).reduce((width, run) => width + this.#widthOf(run, size), 0);
    this.#widths.set(key, width);
    return width;
  }

  /** A child of a part, for what has parts itself. */
  part(tag: string, parent: Part): Part {
    const part = this.doc.struct(tag);
    parent.add(part);
    return part;
  }

  /** The file. */
  async finish(): Promise<Uint8Array<ArrayBuffer>> {
    const chunks: Uint8Array[] = [];
    const ended = new Promise<void>((resolve, reject) => {
      this.doc.on("data", (chunk: Uint8Array) => chunks.push(chunk));
      this.doc.on("end", resolve);
      this.doc.on("error", reject);
    });
    this.root.end();
    this.doc.end();
    await ended;
    return new Uint8Array(Buffer.concat(chunks));
  }

  #put(text: string, { x, y, width }: Box, look: Look): number {
    const { size = 9, weight = "normal", colour = COLOURS.ink, isRight = false } = look;
    let top = y;
    for (const line of this.#linesOf(text, width, size, weight)) {
      const runs = runsOf(line, weight);
      let left = isRight ? x + width - this.widthOf(line, { size, weight }) : x;
      for (const run of runs) {
        this.#use(run, size);
        this.doc.fillColor(colour).text(run.text, left, top, { lineBreak: false });
        left += this.doc.widthOfString(run.text);
        this.hasReplaced ||= run.isReplaced;
      }
      top += size * LINE_HEIGHT;
    }
    return top;
  }

  #linesOf(text: string, width: number, size: number, weight: Weight): string[] {
    const words = text.split(/\s+/u).filter(Boolean);
    const space = this.widthOf(" ", { size, weight });
    const lines: string[] = [];
    let line: string[] = [];
    let taken = 0;
    for (const word of words.flatMap((whole) => this.#partsOf(whole, width, size, weight))) {
      const wordWidth = this.widthOf(word, { size, weight });
      if (line.length > 0 && taken + space + wordWidth > width) {
        lines.push(line.join(" "));
        [line, taken] = [[], 0];
      }
      taken += (line.length > 0 ? space : 0) + wordWidth;
      line.push(word);
    }
    return [...lines, line.join(" ")];
  }

  /** A word that is wider than its box is cut where it must be. */
  #partsOf(word: string, width: number, size: number, weight: Weight): string[] {
    if (this.widthOf(word, { size, weight }) <= width) return [word];
    const parts = [""];
    for (const character of word) {
      const longer = `${parts.at(-1)}${character}`;
      if (this.widthOf(longer, { size, weight }) > width) parts.push(character);
      else parts[parts.length - 1] = longer;
    }
    return parts;
  }

  #widthOf(run: Run, size: number): number {
    this.#use(run, size);
    return this.doc.widthOfString(run.text);
  }

  #use({ part: { name, file } }: Run, size: number): void {
    if (!this.#registered.has(name)) {
      this.doc.registerFont(name, file);
      this.#registered.add(name);
    }
    this.doc.font(name).fontSize(size);
  }
}
