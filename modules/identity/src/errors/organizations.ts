import type { ErrorDefinition } from "@reef/errors";

/** The problems of operators with organizations. */
export const organizationErrors = {
  organization_not_found: {
    status: 404,
    title: "Organization not found",
    public: "There is no organization with this id. GET /api/admin/organizations lists them all.",
  },
  own_organization: {
    status: 409,
    title: "Your own organization",
    public:
      "This is the one organization through which you get in, so you would shut yourself out. Join another one first, or let another operator suspend it.",
  },
} satisfies Record<string, ErrorDefinition>;
