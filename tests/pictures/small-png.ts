import { crc32, deflateSync, inflateSync } from "node:zlib";

/*
 * Pictures of pages have large plain areas and few colours, so 256 of these and a good compression make a tenth of what
 * Chromium writes. PNG, third edition: https://www.w3.org/TR/png-3/
 */

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const PALETTE_SIZE = 256;

interface Pixels {
  width: number;
  height: number;
  /** One number a pixel: red, green and blue. */
  colours: Uint32Array;
}

/** The same picture with 256 colours at most. Takes what Chromium writes: 8 bits a channel, maybe alpha, one pass. */
export function shrinkPng(png: Buffer): Buffer {
  const { width, height, colours } = decode(png);
  const palette = choosePalette(colours);
  const nearest = createNearest(palette);
  const rows = Buffer.alloc((width + 1) * height);
  // Filter 0 for each row: neighbours in a palette have nothing to do with each other.
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rows[y * (width + 1) + 1 + x] = nearest(colours[y * width + x] ?? 0);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const plte = Buffer.from(palette.flatMap((colour) => channelsOf(colour)));
  const chunks = [chunk("IHDR", header), chunk("PLTE", plte), chunk("IDAT", deflateSync(rows, { level: 9 }))];
  return Buffer.concat([SIGNATURE, ...chunks, chunk("IEND", Buffer.alloc(0))]);
}

const channelsOf = (colour: number): [number, number, number] => [
  (colour >>> 16) & 255,
  (colour >>> 8) & 255,
  colour & 255,
];

/** The colours that occur; where there are too many, the means of as many boxes of them (Heckbert's median cut). */
function choosePalette(colours: Uint32Array): number[] {
  const counts = new Map<number, number>();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const boxes = [[...counts.keys()]];
  while (boxes.length < PALETTE_SIZE) {
    const widest = boxes
      .map((box, index) => ({ box, index, ...widestChannel(box, counts) }))
      .reduce((one, other) => (other.weight > one.weight ? other : one));
    if (widest.weight === 0) break;
    const sorted = widest.box.toSorted(
      (one, other) => ((one >>> widest.shift) & 255) - ((other >>> widest.shift) & 255),
    );
    const middle = Math.ceil(sorted.length / 2);
    boxes.splice(widest.index, 1, sorted.slice(0, middle), sorted.slice(middle));
  }
  return boxes.map((box) => meanOf(box, counts));
}

/** The channel in which a box is widest, and how much would be won by cutting it there. */
function widestChannel(box: readonly number[], counts: ReadonlyMap<number, number>): { shift: number; weight: number } {
  const pixels = box.reduce((sum, colour) => sum + (counts.get(colour) ?? 0), 0);
  return [16, 8, 0]
    .map((shift) => {
      const values = box.map((colour) => (colour >>> shift) & 255);
      const width = values.reduce((most, value) => Math.max(most, value), 0) - values.reduce(least, 255);
      return { shift, weight: width * Math.sqrt(pixels) };
    })
    .reduce((one, other) => (other.weight > one.weight ? other : one));
}

const least = (one: number, other: number): number => Math.min(one, other);

function meanOf(box: readonly number[], counts: ReadonlyMap<number, number>): number {
  const pixels = box.reduce((sum, colour) => sum + (counts.get(colour) ?? 0), 0);
  const channel = (shift: number) =>
    Math.round(box.reduce((sum, colour) => sum + ((colour >>> shift) & 255) * (counts.get(colour) ?? 0), 0) / pixels);
  return (channel(16) << 16) | (channel(8) << 8) | channel(0);
}

function createNearest(palette: readonly number[]): (colour: number) => number {
  const known = new Map<number, number>();
  const distance = (one: number, other: number) => {
    const [a, b] = [channelsOf(one), channelsOf(other)];
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2;
  };
  return (colour) => {
    const found = known.get(colour);
    if (found !== undefined) return found;
    let best = 0;
    for (let index = 1; index < palette.length; index += 1) {
      if (distance(colour, palette[index] ?? 0) < distance(colour, palette[best] ?? 0)) best = index;
    }
    known.set(colour, best);
    return best;
  };
}

function decode(png: Buffer): Pixels {
  const data: Buffer[] = [];
  let [width, height, channels] = [0, 0, 0];
  for (let at = SIGNATURE.length; at < png.length; at += png.readUInt32BE(at) + 12) {
    const type = png.toString("latin1", at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
    if (type === "IDAT") data.push(body);
    if (type !== "IHDR") continue;
    [width, height] = [body.readUInt32BE(0), body.readUInt32BE(4)];
    channels = body[9] === 6 ? 4 : 3;
    if (body[8] !== 8 || (body[9] !== 2 && body[9] !== 6) || body[12] !== 0) throw new Error("Not a PNG of Chromium.");
  }
  const bytes = unfilter(inflateSync(Buffer.concat(data)), width * channels, height, channels);
  const colours = new Uint32Array(width * height);
  for (let index = 0; index < colours.length; index += 1) colours[index] = bytes.readUIntBE(index * channels, 3);
  return { width, height, colours };
}

/** Takes the filters of the rows back (section 9.2). */
function unfilter(filtered: Buffer, rowBytes: number, height: number, step: number): Buffer {
  const bytes = Buffer.alloc(rowBytes * height);
  for (let y = 0; y < height; y += 1) {
    const filter = filtered[y * (rowBytes + 1)];
    for (let x = 0; x < rowBytes; x += 1) {
      const at = y * rowBytes + x;
      const left = x < step ? 0 : (bytes[at - step] ?? 0);
      const above = y === 0 ? 0 : (bytes[at - rowBytes] ?? 0);
      const corner = x < step || y === 0 ? 0 : (bytes[at - rowBytes - step] ?? 0);
      const predicted = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter ?? 0] ?? 0;
      bytes[at] = ((filtered[y * (rowBytes + 1) + 1 + x] ?? 0) + predicted) & 255;
    }
  }
  return bytes;
}

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? above : corner;
}

function chunk(type: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), body]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(body.length, 0);
  around.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([around.subarray(0, 4), named, around.subarray(4)]);
}
