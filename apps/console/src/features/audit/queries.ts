import type { AuditRecord } from "@reef/sdk";
import { reef } from "../../session/reef.ts";
import { type Pages, usePages } from "../../ui/use-pages.ts";

/** What the page shows of the ledger, as it stands in the address. */
export interface AuditFilter {
  /** A fingerprint, or a person's id. */
  actor?: string | undefined;
  operation?: string | undefined;
  /** Days such as `2026-11-21` in the browser's time zone: from the first one's beginning to the last one's end. */
  from?: string | undefined;
  to?: string | undefined;
}

/** The ledger, newest first. */
export const useRecords = ({ actor, operation, from, to }: AuditFilter): Pages<AuditRecord> =>
  usePages({
    queryKey: ["signing", "audit", { actor, operation, from, to }],
    queryFn: (page, options) =>
      reef.signing.listAuditRecords(
        {
          ...page,
          limit: 100,
          ...(actor && { actor }),
          ...(operation && { operation }),
          ...(from && { after: beginOf(from).toISOString() }),
          ...(to && { before: dayAfter(to).toISOString() }),
        },
        options,
      ),
  });

const beginOf = (day: string): Date => new Date(`${day}T00:00:00`);

/** The next midnight, also where a day has 23 or 25 hours. */
function dayAfter(day: string): Date {
  const date = beginOf(day);
  date.setDate(date.getDate() + 1);
  return date;
}
