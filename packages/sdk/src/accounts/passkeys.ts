import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";
import { localError } from "../errors.ts";
import type { Ask } from "./request.ts";
import type { Passkey } from "./types.ts";

/** The browser's part is loaded when a passkey is used for the first time. */
const webAuthn = () => import("@simplewebauthn/browser");

/** Whether this browser can use passkeys at all. */
export const arePasskeysSupported = (): boolean => "PublicKeyCredential" in globalThis;

/** Whether the browser offers passkeys where the address is typed. */
export const isPasskeyAutofillSupported = async (): Promise<boolean> =>
  arePasskeysSupported() && (await webAuthn()).browserSupportsWebAuthnAutofill();

/** How often somebody was asked for a passkey: an offer that comes late must not end a question that came after it. */
let questions = 0;

/** Takes back a question for a passkey that waits for an answer. */
export const cancelPasskey = async (): Promise<void> => {
  questions += 1;
  if (arePasskeysSupported()) (await webAuthn()).WebAuthnAbortService.cancelCeremony();
};

/** Signs in with a passkey; the browser asks which. `useAutofill` waits until the person picks one in a field. */
export async function signInWithPasskey(ask: Ask, useAutofill: boolean): Promise<void> {
  questions += 1;
  const question = questions;
  const options = (await ask("/passkey/generate-authenticate-options")) as PublicKeyCredentialRequestOptionsJSON;
  const { startAuthentication } = await webAuthn();
  if (question !== questions) throw cancelled();
  const response = await startAuthentication({ optionsJSON: options, useBrowserAutofill: useAutofill }).catch(inWords);
  await ask("/passkey/verify-authentication", { body: { response } });
}

/** Makes a passkey and adds it to the account. */
export async function addPasskey(ask: Ask, name: string): Promise<Passkey> {
  const options = (await ask("/passkey/generate-register-options", {
    query: { name },
  })) as PublicKeyCredentialCreationOptionsJSON;
  const { startRegistration } = await webAuthn();
  const response = await startRegistration({ optionsJSON: options }).catch(inWords);
  return (await ask("/passkey/verify-registration", { body: { response, name } })) as Passkey;
}

/** What the browser throws (https://www.w3.org/TR/webauthn-3/), as a problem that says what to do. */
function inWords(cause: unknown): never {
  const name = cause instanceof Error ? cause.name : "";
  if (name === "InvalidStateError") {
    throw localError("passkey_exists", "This device has a passkey already", "Sign in with it, or use another device.");
  }
  if (name === "NotAllowedError" || name === "AbortError") {
    throw cancelled();
  }
  throw localError("passkey_failed", "The passkey did not work", "Try again, or sign in another way.");
}

const cancelled = () =>
  localError(
    "passkey_cancelled",
    "No passkey was used",
    "It was cancelled or took too long. Try again, or sign in another way.",
  );
