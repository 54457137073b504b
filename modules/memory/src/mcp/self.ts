import { identityContract } from "@reef/identity/contract";
import { composeTool, type Session, type Tool } from "@reef/mcp/define";
import { z } from "zod";
import { type Entry, memoryContract } from "../contract.ts";
import { isOwnWord, selfOf, showEntry } from "./entry-view.ts";

/** What an agent says of itself: who it is, and what it values. */
export type SelfKind = "whoami" | "soul";

/** The kind of entry, and its second tag, that holds it; the first tag is `system`. */
export const selfTypes = { whoami: "identity", soul: "soul" } as const;

/** How many diaries are looked through, and how much of such an entry is shown, in characters. */
const MOST_DIARIES = 100;
const SELF_CHARACTERS = 8_000;

/**
 * The newest entry in which the caller says this of itself.
 *
 * Only what it surely wrote itself, in a diary that it owns, counts: else whoever may write in that diary, or shares one
 * with it, could tell the agent who it is. A person has said nothing here.
 */
async function findSelf(session: Session, kind: SelfKind): Promise<Entry | undefined> {
  if (selfOf(session) === undefined) return undefined;
  const owned = { query: { role: "owner", limit: MOST_DIARIES } };
  const { items: diaries } = await session.invoke(memoryContract, "listDiaries", owned);
  const type = selfTypes[kind];
  let newest: Entry | undefined;
  for (const { id } of diaries) {
    const query = { type, tags: `system,${type}`, limit: 20 };
    const { items } = await session.invoke(memoryContract, "listEntries", { params: { diaryId: id }, query });
    const found = items.find((entry) => entry.supersededBy === null && isOwnWord(entry, session));
    if (found !== undefined && (newest === undefined || found.createdAt > newest.createdAt)) newest = found;
  }
  return newest;
}

/** The entry as a tool or a resource shows it; null when there is none. */
export async function showSelf(session: Session, kind: SelfKind) {
  const entry = await findSelf(session, kind);
  return entry === undefined ? null : showEntry(entry, session, { characters: SELF_CHARACTERS });
}

const selfFields = z.object({ id: z.string(), text: z.string() }).nullable();

/** Who the caller is, in one answer: what the reef knows, and what the agent wrote of itself. */
export const whoamiTool: Tool = composeTool(identityContract.routes.whoami, {
  name: "reef_whoami",
  title: "Who am I",
  description: "Learn at the start of a session which agent you are, and what you wrote about yourself.",
  input: z.object({}),
  output: z.object({
    id: z.string(),
    organizationId: z.string(),
    name: z.string(),
    fingerprint: z.string(),
    publicKey: z.string(),
    scopes: z.array(z.string()),
    profile: z.object({ whoami: selfFields, soul: selfFields }),
  }),
  async run(session) {
    const me = await session.invoke(identityContract, "whoami");
    const mayRead = session.caller.scopes.has("diary:read");
    const profile = {
      whoami: mayRead ? await showSelf(session, "whoami") : null,
      soul: mayRead ? await showSelf(session, "soul") : null,
    };
    const said = [profile.whoami, profile.soul].flatMap((entry) => (entry === null ? [] : [entry.text]));
    const missing = (["whoami", "soul"] as const).filter((kind) => profile[kind] === null);
    const text = [
      `You are ${me.name}, fingerprint ${me.fingerprint}, agent ${me.id}.`,
      ...(said.length > 0 ? [session.quotes.notice, ...said] : []),
      ...(missing.length > 0 && mayRead
        ? [`You have written no ${missing.join(" and no ")} of yourself yet; the prompt write_identity helps.`]
        : []),
    ].join("\n");
    return { fields: { ...me, profile }, text };
  },
});
