/** Gives numbers from 0 to below 1, the same ones for the same bytes. */
export interface Dice {
  next(): number;
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
}

/**
 * Dice that are loaded by bytes: one other bit anywhere gives other numbers everywhere (a 128-bit mix, then sfc32). They
 * serve for drawing only; nothing secret may come from them.
 */
export function createDice(bytes: Uint8Array): Dice {
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x71374491];
  for (const byte of bytes) {
    a = b ^ Math.imul(a ^ byte, 0x2545f491);
    b = c ^ Math.imul(b ^ byte, 0xb5ad4ece);
    c = d ^ Math.imul(c ^ byte, 0x85ebca6b);
    d = a ^ Math.imul(d ^ byte, 0xc2b2ae35);
  }
  const next = () => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 16; round += 1) next();
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return { next, between, pick: (items) => items[between(0, items.length - 1)] ?? items[0] };
}
