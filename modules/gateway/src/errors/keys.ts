import type { ErrorDefinition } from "@reef/errors";

/** The problems of keys. */
export const keyErrors = {
  key_not_found: {
    status: 404,
    title: "Key not found",
    public: "There is no such gateway key, or it is not yours to see. GET /api/keys lists those that you see.",
  },
  key_revoked: {
    status: 409,
    title: "Key revoked",
    public: "This key was revoked, and that is for good. Create another one.",
  },
  ends_in_the_past: {
    status: 400,
    title: "End in the past",
    public: "A key ends in the future, or never. Choose a later `expiresAt`, or revoke the key to end it now.",
  },
  no_encoder: {
    status: 409,
    title: "No encoder",
    public:
      "This reef turns no text into vectors, so it cannot tell which questions are alike. Cache exactly, or have its operator set REEF_ENCODER.",
  },
  no_such_agent: {
    status: 404,
    title: "Agent not found",
    public: "The organization has no agent with this id. GET /api/agents lists those that it has.",
  },
} as const satisfies Record<string, ErrorDefinition>;

/** The problems of budgets. */
export const budgetErrors = {
  budget_not_found: {
    status: 404,
    title: "Budget not found",
    public: "There is no such budget in this organization. GET /api/budgets lists those that there are.",
  },
  budget_exists: {
    status: 409,
    title: "Budget exists already",
    public: "There is a budget of this scope and period already. GET /api/budgets finds it; change that one.",
  },
  budget_of_plan: {
    status: 403,
    title: "Allowance of the plan",
    public:
      "This budget is what the organization's plan allows. Choose another plan with PATCH /api/subscription, or on the console's page /plan; a budget of the organization limits it further.",
  },
  budget_without_limit: {
    status: 400,
    title: "Nothing limited",
    public: "A budget limits tokens, money or both. Keep one of its limits, or delete the budget.",
  },
} as const satisfies Record<string, ErrorDefinition>;
