import type { DialectName } from "./dialect.ts";

/**
 * A provider signs what its model thought, and wants the signature back unchanged with the next question. Between the two it
 * travels through a client of any dialect, and the next question may go to another provider, which refuses a signature that
 * is not its own. So whatever is not Anthropic's is marked with the dialect that it belongs to. Anthropic's stay bare, since
 * they pass through untouched between its own clients and itself, or come from Bedrock, which signs as Anthropic does.
 */
type Marking = Exclude<DialectName, "anthropic" | "bedrock">;

const MARK = /^(openai-chat|openai-responses|gemini):/;

/** The signature as it travels outside of its dialect. */
export const markSignature = (dialect: Marking, signature: string): string => `${dialect}:${signature}`;

/** The signature as this dialect's provider wrote it; undefined where another's provider did. */
export const ownSignature = (dialect: Marking, signature: string | undefined): string | undefined =>
  signature?.startsWith(`${dialect}:`) ? signature.slice(dialect.length + 1) : undefined;

/** The signature where no other dialect marked it: Anthropic's, of which Bedrock's are some. */
export const bareSignature = (signature: string | undefined): string | undefined =>
  signature === undefined || MARK.test(signature) ? undefined : signature;
