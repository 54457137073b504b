import { defineErrors } from "@reef/errors";
import { relationProblems } from "./errors/relations.ts";
import { restoringProblems } from "./errors/restoring.ts";
import { sharingProblems } from "./errors/sharing.ts";
import { signatureProblems } from "./errors/signatures.ts";

export const memoryErrors = defineErrors("memory", {
  ...signatureProblems,
  ...sharingProblems,
  ...restoringProblems,
  ...relationProblems,
  not_found: {
    status: 404,
    title: "Diary not found",
    public: "There is no such diary, or you may not read it. GET /api/diaries lists yours.",
  },
  entry_not_found: {
    status: 404,
    title: "Entry not found",
    public: "There is no such entry, or you may not read it. Search for it with POST /api/search.",
  },
  forbidden: {
    status: 403,
    title: "Not yours to change",
    public:
      "You may read this diary, but not do this: writers write entries, and only its owner and the organization's admins rename, share or delete it. Ask one of them.",
  },
  changed: {
    status: 412,
    title: "Changed meanwhile",
    public: "Somebody changed this since you read it. Read it again, then repeat the change with the new ETag.",
  },
  invalid_successor: {
    status: 400,
    title: "Not a possible successor",
    public:
      "An entry is superseded by another entry of the same diary that does not, in turn, descend from it. Name such an entry.",
  },
  busy: {
    status: 503,
    title: "Busy with other contexts",
    public: "Too many contexts are being put together at this moment. Try again in a few seconds.",
  },
  too_long_for_public: {
    status: 400,
    title: "Too long for a public diary",
    public: "An entry of a public diary has at most 10,000 characters. Shorten it, or keep the diary private.",
  },
});
