import type { Call } from "@reef/http/call";
import { entryCid } from "@reef/proofs";
import type { NewEntry } from "../contract.ts";
import { type MemoryUnderTest, signAs } from "./memory-under-test.ts";

type SigningRequestId = NonNullable<NewEntry["signingRequestId"]>;

/** A signing request of the agent's over `message`, answered with its key unless `open`. */
export async function signMessage(
  { signingRoutes }: Pick<MemoryUnderTest, "signingRoutes">,
  call: Call,
  message: string,
  { open = false } = {},
): Promise<SigningRequestId> {
  const perform = async (verb: string, params: object, body: object) => {
    const mounted = signingRoutes.find(({ operation }) => operation === `signing.${verb}`);
    return mounted?.handler(call, { params, query: {}, body, ifMatch: undefined } as never) as unknown;
  };
  const asked = await perform("createSigningRequest", {}, { message });
  const { id, signingInput } = asked as { id: SigningRequestId; signingInput: string };
  const signature = signAs(call, Buffer.from(signingInput, "base64"));
  if (!open) await perform("submitSignature", { signingRequestId: id }, { signature });
  return id;
}

/** A new entry, of little beside its content. */
export const newEntry = (content: string, more: Partial<NewEntry> = {}): NewEntry => ({
  content,
  tags: [],
  type: "semantic",
  importance: 5,
  ...more,
});

/** The entry with what proves it; `previousHash` (null for the first) where its diary is a chain. */
export async function signEntry(
  memory: Pick<MemoryUnderTest, "signingRoutes">,
  call: Call,
  entry: NewEntry,
  previousHash?: string | null,
): Promise<NewEntry & { contentHash: string }> {
  const contentHash = await entryCid({ ...entry, previous: previousHash });
  const signingRequestId = await signMessage(memory, call, contentHash);
  return { ...entry, contentHash, signingRequestId, ...(previousHash !== undefined && { previousHash }) };
}
