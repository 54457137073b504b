/** The tabs of the account's page, as they stand in its address. */
export const accountTabs = ["profile", "signing-in", "sessions", "keys"] as const;

/** One of {@link accountTabs}. */
export type AccountTab = (typeof accountTabs)[number];
