import { createHash } from "node:crypto";
import {
  fingerprintOf,
  frameSigningBytes,
  parsePublicKey,
  SIGNING_DOMAIN,
  verifySignature as verify,
} from "@reef/proofs";
import type { Verification } from "@reef/sdk";
import { connectAnonymously, findAddress } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { CommandError, type ExitCode, exitCodes } from "../failures.ts";
import { readText } from "../terminal/input.ts";
import { signature as mark } from "../terminal/mark.ts";
import type { Output } from "../terminal/output.ts";
import { exactTime } from "../terminal/time.ts";

interface VerifyOptions {
  message?: string;
  nonce?: string;
  key?: string;
}

/** `reef verify SIGNATURE`: asks the reef whose it is, or verifies it here by message, nonce and key. Exit code 1: not valid. */
export async function verifySignature(context: Context, options: VerifyOptions, signature: string): Promise<ExitCode> {
  const { message, nonce, key } = options;
  const given = [message, nonce, key].filter((part) => part !== undefined).length;
  if (given === 0) return lookUp(context, signature);
  if (message === undefined || nonce === undefined || key === undefined) {
    throw new CommandError(
      exitCodes.wrongUse,
      "Verifying here needs the message, its nonce and the key.",
      "Give all of --message, --nonce and --key, or the signature alone to ask the reef.",
    );
  }
  return verifyHere(context.output, { signature, message: await readText(message), nonce, key });
}

async function lookUp(context: Context, signature: string): Promise<ExitCode> {
  const { output } = context;
  const reef = connectAnonymously(context, await findAddress(context));
  const answer = await reef.signing.verifySignature({ signature });
  output.result(answer, describe(answer, output));
  return answer.valid ? exitCodes.done : exitCodes.failed;
}

function describe({ valid, signer, signedAt, messageHash }: Verification, output: Output): string {
  if (!valid || signer === null || signedAt === null) return "not valid: no agent of this reef made it on request";
  const { dim, good } = output.style;
  return [
    `${good("valid")}  ${mark(signer, output.style)}`,
    `${dim("fingerprint")}  ${signer.fingerprint}`,
    `${dim("key")}          ${signer.publicKey}`,
    `${dim("signed")}       ${exactTime(signedAt)}`,
    `${dim("message")}      SHA-256 ${messageHash}`,
  ].join("\n");
}

async function verifyHere(
  output: Output,
  { signature, message, nonce, key }: { signature: string; message: string; nonce: string; key: string },
): Promise<ExitCode> {
  const raw = parsePublicKey(key);
  if (raw === undefined) {
    throw new CommandError(exitCodes.wrongUse, "That is no key that anybody could sign with.", "Copy it whole.");
  }
  const valid = await verify(key, await frameSigningBytes(SIGNING_DOMAIN, message, nonce), signature);
  const fingerprint = await fingerprintOf(raw);
  const messageHash = createHash("sha256").update(message).digest("hex");
  const answer = { valid, fingerprint, publicKey: key, messageHash };
  const text = valid
    ? `${output.style.good("valid")}  ${fingerprint} signed this message`
    : "not valid: this key did not sign this message with this nonce";
  output.result(answer, text);
  return valid ? exitCodes.done : exitCodes.failed;
}
