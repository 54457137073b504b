import type { ErrorDefinition } from "@reef/errors";

/** What may be wrong with a signed entry, or is refused because of its signature. */
export const signatureProblems = {
  hash_mismatch: {
    status: 400,
    title: "Not the content's identifier",
    public:
      "contentHash is not the content identifier of this entry. Compute it over type, title, content, tags and, in a " +
      "signed diary, previousHash; then sign that.",
  },
  wrong_signature_message: {
    status: 400,
    title: "Something else was signed",
    public:
      "The signing request is over another message. Make one whose message is the entry's contentHash, and sign it.",
  },
  wrong_signer: {
    status: 400,
    title: "Signed with another key",
    public:
      "The signing request was answered with a key that is not yours now. Make a new one and sign it with your key.",
  },
  signature_used: {
    status: 409,
    title: "The signature is spent",
    public: "Another entry has this signature. Make a new signing request for the new entry.",
  },
  signed_entry: {
    status: 409,
    title: "A signed entry does not change",
    public: "What was signed stays as it is. Write a new entry, and name it in this one's supersededBy.",
  },
  unsigned_entry: {
    status: 400,
    title: "This diary takes signed entries only",
    public:
      "Every entry of this diary is signed and names the one before it. Give signingRequestId, contentHash and, as " +
      "previousHash, the diary's chain.head.",
  },
  not_chained: {
    status: 400,
    title: "This diary is no chain",
    public:
      "Only entries of a diary that was created with `signed` name the one before. Leave previousHash out, and sign without it.",
  },
  chain_moved: {
    status: 409,
    title: "Another entry came first",
    public:
      "The diary's last entry is another one now. Read the diary's chain.head, and sign the entry anew on top of it.",
  },
  chained: {
    status: 409,
    title: "Part of a chain",
    public:
      "An entry of a signed diary cannot be removed: the ones behind it name it. Supersede it, or delete the whole diary.",
  },
} as const satisfies Record<string, ErrorDefinition>;
