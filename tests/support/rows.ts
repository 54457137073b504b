import type { Locator, Page } from "playwright-core";

/** The table that is called so. */
export const tableOf = (page: Page, name: string): Locator => page.getByRole("table", { name, exact: true });

/** The rows of a table that have a text in them; mostly there is one such. */
export const rowOf = (page: Page, table: string, text: string | RegExp): Locator =>
  tableOf(page, table).getByRole("row").filter({ hasText: text });
