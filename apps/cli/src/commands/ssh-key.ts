import type { Context } from "../context.ts";
import { type FileOptions, writeSshFiles } from "../keys/key-files.ts";

/** `reef ssh-key`: stdout gets the path of the private key. */
export async function writeSshKey(context: Context, options: FileOptions): Promise<void> {
  const { output } = context;
  const { privateKeyPath, publicKeyPath, owner } = await writeSshFiles(context, options);
  output.result({ privateKeyPath, publicKeyPath, fingerprint: owner.fingerprint }, privateKeyPath);
  output.talk("It is not encrypted: whoever reads it is the agent. Its public half is beside it, in id_ed25519.pub.");
}
