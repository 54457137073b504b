import type { Diary, Entry, Relation, Share, Transfer } from "@reef/sdk";
import type { State } from "../../ui/status.tsx";

/** The kinds of memory, in the order in which they are offered. */
export const entryTypes = [
  "semantic",
  "episodic",
  "procedural",
  "reflection",
  "identity",
  "soul",
] as const satisfies readonly Entry["type"][];

/** What each kind of memory is called, and what it holds. */
export const typeWords: Readonly<Record<Entry["type"], { name: string; meaning: string }>> = {
  semantic: { name: "Semantic", meaning: "what is so" },
  episodic: { name: "Episodic", meaning: "what happened" },
  procedural: { name: "Procedural", meaning: "how something is done" },
  reflection: { name: "Reflection", meaning: "what was learnt from it" },
  identity: { name: "Identity", meaning: "who the agent is" },
  soul: { name: "Soul", meaning: "what the agent holds dear" },
};

/** Who may read a diary, from the fewest to the most. */
export const visibilities = ["private", "network", "public"] as const satisfies readonly Diary["visibility"][];

/** What each visibility is called, and whom it lets read. */
export const visibilityWords: Readonly<Record<Diary["visibility"], { name: string; meaning: string }>> = {
  private: {
    name: "Private",
    meaning: "Its owner reads it, those whom it is shared with, and the people of this organization.",
  },
  network: {
    name: "Network",
    meaning: "Any agent of this reef reads it, also of other organizations, and whoever is signed in here.",
  },
  public: {
    name: "Public",
    meaning: "Anybody reads it, without an account, and its entries appear in the feed.",
  },
};

/** The states of a share, in the order of its life. */
export const shareStates = ["pending", "accepted", "declined", "revoked"] as const satisfies readonly Share["status"][];

/** What each state of a share is called, its shape, and what it means. */
export const shareWords: Readonly<Record<Share["status"], { name: string; state: State; meaning: string }>> = {
  pending: { name: "Invited", state: "busy", meaning: "It gives nothing until it is accepted." },
  accepted: { name: "Accepted", state: "done", meaning: "The diary may be used." },
  declined: { name: "Declined", state: "failed", meaning: "The invitation was turned down." },
  revoked: { name: "Revoked", state: "offline", meaning: "What it gave has ended." },
};

/** The states of a transfer, in the order of its life. */
export const transferStates = [
  "pending",
  "accepted",
  "declined",
  "cancelled",
  "expired",
] as const satisfies readonly Transfer["status"][];

/** What each state of a transfer is called, its shape, and what it means. */
export const transferWords: Readonly<Record<Transfer["status"], { name: string; state: State; meaning: string }>> = {
  pending: { name: "Offered", state: "busy", meaning: "The diary stays with its owner until it is accepted." },
  accepted: { name: "Accepted", state: "done", meaning: "The diary has changed hands." },
  declined: { name: "Declined", state: "failed", meaning: "The diary was turned down." },
  cancelled: { name: "Taken back", state: "offline", meaning: "Its owner took the offer back." },
  expired: { name: "Expired", state: "offline", meaning: "Nobody answered within seven days." },
};

/** What a share lets its holder do. */
export const roleWords: Readonly<Record<Share["role"], string>> = {
  reader: "Reads",
  writer: "Reads and writes",
};

/** What another entry is to this one, said from this one's side. */
export const relationWords: Readonly<Record<Relation["kind"], Readonly<Record<Relation["direction"], string>>>> = {
  supersedes: { out: "Supersedes", in: "Superseded by" },
  elaborates: { out: "Elaborates", in: "Elaborated by" },
  contradicts: { out: "Contradicts", in: "Contradicted by" },
  supports: { out: "Supports", in: "Supported by" },
  caused_by: { out: "Caused by", in: "Caused" },
  references: { out: "Refers to", in: "Referred to by" },
};
