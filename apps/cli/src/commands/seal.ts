import { fingerprintOf, parsePublicKey, parseSeed } from "@reef/proofs";
import { openSealed, sealFor, UnsealError } from "@reef/proofs/sealed";
import { connectAnonymously, findAddress } from "../connection/connect.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { loadKey } from "../credentials/keyring.ts";
import { loadOwnKey } from "../credentials/own-key.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { readText } from "../terminal/input.ts";
import { printable } from "../terminal/text.ts";

/** `reef seal --for AGENT TEXT`: stdout gets the envelope as one line of JSON, with and without `--json`. */
export async function sealText(context: Context, options: { for: string }, words: readonly string[]): Promise<void> {
  const { output } = context;
  const publicKey = await publicKeyOf(context, options.for);
  const envelope = sealFor(publicKey, await readText(words));
  output.result(envelope, JSON.stringify(envelope));
}

/** `reef open ENVELOPE`: the text, byte for byte where no terminal shows it. */
export async function openText(context: Context, _options: GlobalOptions, argument: string): Promise<void> {
  const { output } = context;
  const envelope = parse(await readText(argument));
  const text = await openWithOwnKeys(context, envelope);
  output.result({ text }, output.isTerminal ? printable(text) : text);
}

/** The profile's key first, then those that it replaced: a sender may not have heard of the change. */
async function openWithOwnKeys(context: Context, envelope: unknown): Promise<string> {
  const { profile, privateKey } = await loadOwnKey(context);
  let refusal: UnsealError | undefined;
  for (const load of [
    async () => privateKey,
    ...(profile.formerKeys ?? []).map((key) => () => loadKey(key.fingerprint, key)),
  ]) {
    try {
      return openSealed(parseSeed(await load()) ?? new Uint8Array(), envelope);
    } catch (error) {
      if (!(error instanceof UnsealError)) throw error;
      refusal ??= error;
    }
  }
  throw new CommandError(
    exitCodes.failed,
    refusal?.message ?? "There is no key to open it with.",
    `Give the whole envelope as its sender printed it, sealed for ${profile.fingerprint}; --profile names another key.`,
  );
}

/** The key that is named, or the one that the reef has under a fingerprint; a wrong answer of the reef shows. */
async function publicKeyOf(context: Context, recipient: string): Promise<string> {
  if (!recipient.includes(":")) return lookUp(context, recipient);
  if (parsePublicKey(recipient) !== undefined) return recipient;
  throw new CommandError(
    exitCodes.wrongUse,
    "That is no public key for which anything can be sealed.",
    "Copy it whole, `ed25519:` included, from `reef agent get FINGERPRINT`.",
  );
}

async function lookUp(context: Context, fingerprint: string): Promise<string> {
  const reef = connectAnonymously(context, await findAddress(context));
  const { publicKey, fingerprint: present } = await reef.identity.getAgent({ fingerprint });
  const raw = parsePublicKey(publicKey);
  const known = raw && (await fingerprintOf(raw));
  if (known === fingerprint) return publicKey;
  if (known !== undefined && known === present) {
    throw new CommandError(
      exitCodes.failed,
      `The agent of ${fingerprint} has another key now: ${present}. Nothing was sealed.`,
      `See \`reef agent keys ${fingerprint}\`; if that is right, seal for ${present}.`,
    );
  }
  throw new CommandError(
    exitCodes.failed,
    `${reef.url} gave a key that is not the one of ${fingerprint}. Nothing was sealed.`,
    "Do not trust this reef. Ask the agent for its public key, and give that to --for.",
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
