import type { Page } from "@reef/sdk";
import type { Output } from "./output.ts";
import { type Column, renderTable } from "./table.ts";

/** Writes one page of a list: a table on stdout, and on stderr how much more there is. */
export function writePage<Item>(
  output: Output,
  page: Page<Item>,
  columns: readonly Column<Item>[],
  whenEmpty: string,
): void {
  output.result(page, page.items.length === 0 ? "" : renderTable(columns, page.items, output));
  if (page.total === 0) output.talk(whenEmpty);
  if (page.nextCursor !== null) {
    output.talk(`${page.items.length} of ${page.total}. The next page: --cursor ${page.nextCursor}`);
  }
}
