import { chmod, mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { formatPublicKey, parseSeed, publicKeyOf, sshPrivateKey, sshPublicKey } from "@reef/proofs";
import type { Context } from "../context.ts";
import { loadOwnKey, type OwnKey } from "../credentials/own-key.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { writeWhole } from "../files/write-whole.ts";

/** A file that a command writes, with who may read it. */
interface NewFile {
  path: string;
  text: string;
  mode: number;
}

/** Where files go, and whether they may take the place of others. */
export interface FileOptions {
  outputDir?: string;
  force?: boolean;
}

/** The agent's key as files for SSH. */
export interface SshFiles {
  folder: string;
  privateKeyPath: string;
  publicKeyPath: string;
  publicKey: string;
  owner: OwnKey["profile"];
}

/**
 * Writes `id_ed25519` (0600) and `id_ed25519.pub` (0644) of the profile's agent. Without a folder they are in one of
 * their own below the config folder, named by the key's fingerprint. What is there already stays if it is the same.
 *
 * @throws CommandError when another key is there and `force` is not given.
 */
export async function writeSshFiles(context: Context, { outputDir, force }: FileOptions): Promise<SshFiles> {
  const { profile, privateKey } = await loadOwnKey(context);
  const seed = parseSeed(privateKey);
  if (seed === undefined) throw new TypeError("The profile's key is not the base64 of 32 bytes.");
  const folder = resolve(outputDir ?? join(context.environment.configFolder, "ssh", profile.fingerprint));
  const publicKey = formatPublicKey(await publicKeyOf(seed));
  const privateKeyPath = join(folder, "id_ed25519");
  const publicKeyPath = `${privateKeyPath}.pub`;
  await writeFiles(
    folder,
    [
      { path: privateKeyPath, text: await sshPrivateKey(seed), mode: 0o600 },
      { path: publicKeyPath, text: `${sshPublicKey(publicKey)}\n`, mode: 0o644 },
    ],
    force === true,
  );
  return { folder, privateKeyPath, publicKeyPath, publicKey, owner: profile };
}

/** Writes all of them or, when one would replace another file without `force`, none. */
export async function writeFiles(folder: string, files: readonly NewFile[], force: boolean): Promise<void> {
  // A folder that is there keeps its mode: it may be one of the user's own.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const present = await Promise.all(files.map(({ path }) => readIfThere(path)));
  const foreign = files.find(({ text }, index) => present[index] !== undefined && present[index] !== text);
  if (foreign !== undefined && !force) {
    throw new CommandError(
      exitCodes.failed,
      `${foreign.path} is there already and holds something else. Nothing was written.`,
      "Name another folder with --output-dir, or replace it, and lose what it holds, with --force.",
    );
  }
  for (const [index, file] of files.entries()) {
    if (present[index] === file.text) await chmod(file.path, file.mode);
    else await writeWhole(file.path, file.text, { mode: file.mode });
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
