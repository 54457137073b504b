/** The states of a signing request that the page filters by, as they stand in the address. */
export const requestStates = ["pending", "completed", "expired"] as const;
export type RequestState = (typeof requestStates)[number];
