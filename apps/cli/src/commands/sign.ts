import { toBase64 } from "@reef/proofs";
import { frameToSign, keyFromSeed, type Reef, type SigningRequest } from "@reef/sdk";
import { connect } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { loadOwnKey, type OwnKey } from "../credentials/own-key.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { readText } from "../terminal/input.ts";
import { printable } from "../terminal/text.ts";

/** `reef sign MESSAGE`, `reef sign --request ID`: stdout gets the signature alone. */
export async function sign(
  context: Context,
  options: { request?: SigningRequest["id"] },
  words: readonly string[],
): Promise<void> {
  const { output } = context;
  if (words.length > 0 === (options.request !== undefined)) {
    throw new CommandError(
      exitCodes.wrongUse,
      "What shall be signed?",
      "Give a message (`-` reads it from standard input), or a signing request with --request.",
    );
  }
  const own = await loadOwnKey(context);
  const reef = await connect(context);
  const request =
    options.request === undefined
      ? await requestFor(reef, await readText(words))
      : await pendingRequest(context, reef, options.request);
  const signed = await answer(reef, own, request);
  output.result(signed, signed.signature ?? "");
}

/** A new request, for exactly this message. */
async function requestFor(reef: Reef, message: string): Promise<SigningRequest> {
  if (message === "") {
    throw new CommandError(exitCodes.wrongUse, "There is nothing to sign.", "Give the message as an argument.");
  }
  const request = await reef.signing.createSigningRequest({ message });
  if (request.message === message) return request;
  throw new CommandError(
    exitCodes.failed,
    "The reef asks for a signature over another message. Nothing was signed.",
    "Update the reef command, or do not trust this reef.",
  );
}

/** A request that is there already. A person sees what it says before it is signed. */
async function pendingRequest({ output }: Context, reef: Reef, id: SigningRequest["id"]): Promise<SigningRequest> {
  const request = await reef.signing.getSigningRequest({ signingRequestId: id });
  if (request.status !== "pending") {
    throw new CommandError(
      exitCodes.failed,
      request.status === "expired" ? `${id} has expired.` : `${id} was answered before.`,
      "Create a new one with `reef sign MESSAGE`.",
    );
  }
  output.talk("This is signed:");
  output.talk(printable(request.message));
  return request;
}

/**
 * Signs here and sends the signature. The bytes are made from the message and its nonce, so that a reef cannot have
 * anything else signed: neither other bytes, nor a message of the kind that it asks for elsewhere.
 */
async function answer(reef: Reef, { profile, privateKey }: OwnKey, request: SigningRequest): Promise<SigningRequest> {
  const { id, agentId } = request;
  if (agentId !== profile.clientId) {
    throw new CommandError(
      exitCodes.failed,
      `The token in use is not the one of ${profile.fingerprint}, whose key is here.`,
      "Unset REEF_TOKEN, or name the profile with --profile.",
    );
  }
  const frame = await frameToSign("request", request);
  const key = await keyFromSeed(privateKey);
  const signature = toBase64(await key.sign(frame));
  const signed = await reef.signing.submitSignature({ signingRequestId: id, signature });
  if (signed.valid === true) return signed;
  throw new CommandError(
    exitCodes.failed,
    `The reef does not accept the signature: ${key.fingerprint} is not the key that it knows of this agent.`,
    "See which one it knows with `reef whoami`. If the key was replaced, use the profile that has the new one.",
  );
}
