/** What the operations page shows, as it stands in the address. */
export const operationsTabs = ["organizations", "loops", "failed", "mailbox"] as const;
export type OperationsTab = (typeof operationsTabs)[number];
