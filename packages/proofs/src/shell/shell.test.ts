import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { drawShell, rasterizeShell, SHELL_SIZE, shellOfFingerprint, shellPath, shellText } from "../shell.ts";

const bytesOf = (name: string) => new Uint8Array(createHash("sha256").update(name).digest().subarray(0, 8));
const GRID = 16;
/** The colours of a terminal (ANSI). */
const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, "g");
const cellsOf = (bytes: Uint8Array) => rasterizeShell(drawShell(bytes), GRID, GRID).flat();

/** The share of places that look the same, of those where either drawing has anything. */
function likeness(one: readonly (string | undefined)[], other: readonly (string | undefined)[]): number {
  const drawn = one
    .map((cell, index) => [cell, other[index]])
    .filter((pair) => pair.some((cell) => cell !== undefined));
  return drawn.filter(([a, b]) => a === b).length / drawn.length;
}

describe("the shell of a key", () => {
  it("is the same for the same key, by its fingerprint in any spelling", () => {
    assert.deepEqual(shellOfFingerprint("21FE-31DF-A154-A261"), shellOfFingerprint("21fe31dfa154a261"));
    assert.deepEqual(
      shellOfFingerprint("21FE-31DF-A154-A261"),
      drawShell(Uint8Array.of(0x21, 0xfe, 0x31, 0xdf, 0xa1, 0x54, 0xa2, 0x61)),
    );
  });

  it("never changes from one version to the next, or nobody would know their agents again", () => {
    const digest = createHash("sha256");
    for (let index = 0; index < 64; index += 1) {
      for (const shape of drawShell(bytesOf(`agent ${index}`)).shapes) digest.update(shapePathAndColour(shape));
    }
    assert.equal(digest.digest("hex"), "9c3a7cff0ac7fcb14ede5637a9cf85ad5ef46d4b8358cc2e319e630dc93150e4");
  });

  it("looks unlike every other, also at the size of a row", () => {
    const drawings = Array.from({ length: 400 }, (_, index) => cellsOf(bytesOf(`agent ${index}`)));
    let most = 0;
    for (const [index, one] of drawings.entries()) {
      for (const other of drawings.slice(index + 1)) most = Math.max(most, likeness(one, other));
    }
    assert.ok(most < 0.75, `two of 400 shells are alike in ${Math.round(most * 100)} % of their places`);
  });

  it("shows a look-alike: one other bit anywhere gives another shell", () => {
    const bytes = bytesOf("the real one");
    const real = cellsOf(bytes);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const forged = Uint8Array.from(bytes);
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const alike = likeness(real, cellsOf(forged));
      assert.ok(alike < 0.6, `with bit ${bit} turned it is alike in ${Math.round(alike * 100)} %`);
    }
  });

  it("stays within its drawing and is no mere dot", () => {
    for (let index = 0; index < 500; index += 1) {
      const { shapes } = drawShell(bytesOf(`agent ${index}`));
      const points = shapes.flatMap((shape) => shape.points).flat();
      assert.ok(Math.min(...points) > 1.9 && Math.max(...points) < SHELL_SIZE - 1.9, `agent ${index}`);
      const drawn = cellsOf(bytesOf(`agent ${index}`)).filter((cell) => cell !== undefined).length;
      assert.ok(drawn > GRID * GRID * 0.12, `agent ${index} fills ${drawn} places`);
    }
  });

  it("is written as paths and colours that no text can break out of", () => {
    for (const shape of drawShell(bytesOf("agent")).shapes) {
      assert.match(shapePathAndColour(shape), /^M[-\d. L]+Z #[0-9a-f]{6}$/);
    }
  });

  it("is drawn with block characters for a terminal, in colour or without", () => {
    const shell = drawShell(bytesOf("agent"));
    const plain = shellText(shell, { columns: 12, isColoured: false });
    assert.equal(plain.length, 6);
    for (const line of plain) assert.match(line, /^[ ▀▄█▓▒░]{12}$/u);
    assert.deepEqual(
      shellText(shell, { columns: 4, lines: 1, isColoured: false }).map((line) => line.length),
      [4],
    );
    const coloured = shellText(shell, { columns: 12, isColoured: true });
    const stripped = coloured.map((line) => line.replace(ESCAPES, ""));
    assert.notDeepEqual(coloured, stripped);
    assert.deepEqual(
      stripped.map((line) => line.replace(/\S/gu, "x")),
      plain.map((line) => line.replace(/\S/gu, "x")),
    );
  });

  const shapePathAndColour = (shape: Parameters<typeof shellPath>[0]) => `${shellPath(shape)} ${shape.colour}`;
});
