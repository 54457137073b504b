import { defineErrors } from "@reef/errors";

/** The problems of the mailbox. */
export const mailErrors = defineErrors("mail", {
  no_mailbox: {
    status: 404,
    title: "Mail does not stay here",
    public:
      "This reef sends its mail, so none is kept. With REEF_MAIL=mailbox it would stay here, for a reef of one's own.",
  },
  not_found: {
    status: 404,
    title: "Mail not found",
    public: "There is no such mail; the oldest ones are removed. GET /api/mailbox lists those that are kept.",
  },
});
