import { execFile } from "node:child_process";
import { access, lstat, mkdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { CommandError, exitCodes } from "../failures.ts";
import { writeWhole } from "../files/write-whole.ts";
import type { Scope } from "./clients.ts";

const PRIVATE_MODE = 0o600;
const OPEN_MODE = 0o644;

/** A settings file that may be changed: the file itself, not a link to it. */
export interface SettingsFile {
  path: string;
  text: string;
  /** Its permissions; undefined where it does not exist yet. */
  mode: number | undefined;
}

/**
 * Opens a settings file for a change. A link in the user's own settings is followed, as those who keep their settings in
 * one folder want it; one in a project, which may come from anybody, must stay in the project.
 *
 * @throws CommandError for a link that leads elsewhere or nowhere, and for what is no file of the user's own.
 */
export async function openSettings(path: string, scope: Scope, folder: string): Promise<SettingsFile> {
  const target = await resolveLink(path);
  const root = await realpath(folder);
  if (scope === "project" && !isInside(root, target)) {
    throw refused(path, `is a link to ${target}, outside of the project`);
  }
  const found = await stat(target).catch(missing);
  if (found === undefined) return { path: target, text: "", mode: undefined };
  if (!found.isFile()) throw refused(path, "is no file");
  if (process.getuid !== undefined && found.uid !== process.getuid()) throw refused(path, "belongs to another user");
  return { path: target, text: await readFile(target, "utf8"), mode: found.mode & 0o777 };
}

/** The path of the file behind a path that may be a link, or may not be there; its folder may be a link as well. */
async function resolveLink(path: string): Promise<string> {
  const isLink = (await lstat(path).catch(missing))?.isSymbolicLink() === true;
  if (isLink) {
    return realpath(path).catch(() => {
      throw refused(path, "is a link to nothing");
    });
  }
  const parent = await realpath(dirname(path)).catch(() => undefined);
  return parent === undefined ? path : join(parent, basename(path));
}

const isInside = (folder: string, path: string): boolean => !relative(folder, path).startsWith(`..${sep}`);

/**
 * Writes the changed text in the place of the old one.
 *
 * @param isSecret whether the text holds a secret: then nobody else may read it, whatever its mode was.
 * @throws CommandError when the client, or whoever else, has written to it since it was opened.
 */
export async function replaceSettings(file: SettingsFile, text: string, isSecret: boolean): Promise<void> {
  const { path, mode = OPEN_MODE } = file;
  await mkdir(dirname(path), { recursive: true });
  await writeWhole(path, text, {
    mode: isSecret ? PRIVATE_MODE : mode,
    async beforePlacing() {
      if (((await readFile(path, "utf8").catch(missing)) ?? "") !== file.text) throw changedMeanwhile(path);
    },
  });
}

/**
 * Whether git might hand a file on: it is in a repository, and git is not told to ignore it. A file that git tracks
 * already is never ignored.
 */
export async function isShownToGit(path: string): Promise<boolean> {
  const folder = await nearestFolder(dirname(path));
  try {
    await promisify(execFile)("git", ["-C", folder, "check-ignore", "--quiet", "--", path]);
    return false;
  } catch (error) {
    if ((error as { code?: unknown }).code === 1) return true;
    // Without git, or where git does not want to say, a repository around the file is enough.
    return hasRepository(folder);
  }
}

async function hasRepository(folder: string): Promise<boolean> {
  if (await exists(join(folder, ".git"))) return true;
  return dirname(folder) === folder ? false : hasRepository(dirname(folder));
}

async function nearestFolder(folder: string): Promise<string> {
  return (await exists(folder)) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}

/** Whether something is there. */
export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const refused = (path: string, why: string) =>
  new CommandError(exitCodes.failed, `${path} ${why}, so it is left alone.`, "Put a file of your own in its place.");

const changedMeanwhile = (path: string) =>
  new CommandError(
    exitCodes.failed,
    `Another program changed ${path} meanwhile, so it is left as that one wrote it.`,
    "Repeat the command.",
  );

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
