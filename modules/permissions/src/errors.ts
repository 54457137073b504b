import { defineErrors } from "@reef/errors";

export const permissionsErrors = defineErrors("permissions", {
  not_found: { status: 404, title: "Not found", public: "There is no such thing, or you may not see it." },
});
