import { randomUUID } from "node:crypto";
import { open, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** For this user only. */
const PRIVATE_MODE = 0o600;

interface WriteOptions {
  /** Who may read it; this user only unless given. */
  mode?: number;
  /** Asked when all is written, before it takes its place; what it throws leaves the place as it was. */
  beforePlacing?: () => Promise<void>;
}

/**
 * Writes a file whole or not at all: beside its place, flushed, then into it in one step. So a reader sees the old file or
 * the new one, also after a crash; a link in its place is replaced, not followed. Its folder has to be there.
 */
export async function writeWhole(
  path: string,
  text: string | Uint8Array | AsyncIterable<string>,
  { mode = PRIVATE_MODE, beforePlacing }: WriteOptions = {},
): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    const file = await open(draft, "wx", PRIVATE_MODE);
    try {
      await writeFile(file, text);
      // A mode that is given at creation would be cut by the process's mask.
      await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await beforePlacing?.();
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
