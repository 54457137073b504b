import type { ErrorDefinition } from "@reef/errors";

/** What may be wrong with what comes from an archive. */
export const restoringProblems = {
  altered_entry: {
    status: 400,
    title: "Not what was signed",
    public: "A signed entry is not what its author signed. Nothing was restored. Export the archive anew.",
  },
  broken_chain: {
    status: 400,
    title: "The chain is broken",
    public:
      "An entry does not follow the one before it in the chain of its diary. Nothing was restored. Send all entries of a " +
      "signed diary, in their order.",
  },
} as const satisfies Record<string, ErrorDefinition>;
