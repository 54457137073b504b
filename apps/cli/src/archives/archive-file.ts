import { createReadStream } from "node:fs";
import { ArchiveError, type ArchiveSummary, checkArchive } from "@reef/proofs/archive";
import { CommandError, exitCodes } from "../failures.ts";

/** The text of a file in pieces, as it is on the disk. */
export async function* readPieces(path: string): AsyncGenerator<string> {
  try {
    for await (const piece of createReadStream(path, { encoding: "utf8" })) yield String(piece);
  } catch (error) {
    if (!(error instanceof Error) || !("syscall" in error)) throw error;
    const why = "code" in error ? String(error.code) : "unknown";
    throw new CommandError(exitCodes.wrongUse, `${path} cannot be read (${why}).`, "Give the path of a readable file.");
  }
}

/** Checks all that an archive claims. @throws CommandError with what was altered, and where. */
export async function checkArchiveFile(path: string): Promise<ArchiveSummary> {
  try {
    return await checkArchive(readPieces(path));
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    throw new CommandError(
      exitCodes.failed,
      error.message,
      "Nothing was imported. Use the file as `reef agent export` wrote it.",
    );
  }
}
