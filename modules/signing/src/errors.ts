import { defineErrors } from "@reef/errors";

export const signingErrors = defineErrors("signing", {
  not_found: {
    status: 404,
    title: "Signing request not found",
    public: "There is no such signing request, or it is not yours. GET /api/signing-requests lists yours.",
  },
  not_signed: {
    status: 400,
    title: "Not signed",
    public:
      "The signing request has no valid signature yet. Answer it with POST /api/signing-requests/{id}/sign first.",
  },
});
