import { fingerprintOf, parsePublicKey, parseSeed } from "@reef/proofs";
import { openSealed, sealFor, UnsealError } from "@reef/proofs/sealed";
import { addressOf, connectAnonymously, findProfile } from "../connection/connect.ts";
import type { Context, GlobalOptions } from "../context.ts";
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
  const { profile, privateKey } = await loadOwnKey(context);
  const envelope = parse(await readText(argument));
  const seed = parseSeed(privateKey) ?? new Uint8Array();
  try {
    const text = openSealed(seed, envelope);
    output.result({ text }, output.isTerminal ? printable(text) : text);
  } catch (error) {
    if (!(error instanceof UnsealError)) throw error;
    throw new CommandError(
      exitCodes.failed,
      error.message,
      `Give the whole envelope as its sender printed it, sealed for ${profile.fingerprint}; --profile names another key.`,
    );
  }
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
  const found = await findProfile(context);
  const reef = connectAnonymously(context, addressOf(context, found?.profile));
  const { publicKey } = await reef.identity.getAgent({ fingerprint });
  const raw = parsePublicKey(publicKey);
  if (raw !== undefined && (await fingerprintOf(raw)) === fingerprint) return publicKey;
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
