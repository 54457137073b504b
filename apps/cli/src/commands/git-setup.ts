import { join } from "node:path";
import { allowedSignersLine } from "@reef/proofs";
import type { Context } from "../context.ts";
import { loadOwnKey } from "../credentials/own-key.ts";
import type { Profile } from "../credentials/profile.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { complaintAbout, renderGitConfig, shellQuoted } from "../keys/git-config.ts";
import { type FileOptions, writeFiles, writeSshFiles } from "../keys/key-files.ts";

interface GitOptions extends FileOptions {
  name?: string;
  email?: string;
}

/**
 * `reef git setup`: stdout gets the line that puts the configuration in force, for `eval "$(reef git setup)"`. The
 * user's own configuration is neither read nor written.
 */
export async function setUpGit(context: Context, options: GitOptions): Promise<void> {
  const { output } = context;
  const { profile } = await loadOwnKey(context);
  const identity = { name: options.name ?? profile.name, email: options.email ?? addressFor(profile) };
  const complaint = complaintAbout(identity);
  if (complaint !== undefined) {
    throw new CommandError(exitCodes.wrongUse, complaint, "Give others with --name and --email.");
  }
  const { folder, publicKeyPath: signingKeyPath, publicKey } = await writeSshFiles(context, options);
  const allowedSignersPath = join(folder, "allowed_signers");
  const configPath = join(folder, "gitconfig");
  const config = renderGitConfig({ ...identity, signingKeyPath, allowedSignersPath });
  const signers = `${allowedSignersLine(identity.email, publicKey)}\n`;
  await writeFiles(
    folder,
    [
      { path: allowedSignersPath, text: signers, mode: 0o644 },
      { path: configPath, text: config, mode: 0o644 },
    ],
    options.force === true,
  );
  const activate = `export GIT_CONFIG_GLOBAL=${shellQuoted(configPath)}`;
  output.result({ ...identity, configPath, allowedSignersPath, signingKeyPath, activate }, activate);
  output.talk(`Where that is set, commits and tags are ${identity.name}'s and signed with the agent's key.`);
}

/** An address that is nobody's mailbox and names the agent for ever. */
const addressFor = ({ clientId, url }: Profile): string => `${clientId}@${new URL(url).hostname}`;
