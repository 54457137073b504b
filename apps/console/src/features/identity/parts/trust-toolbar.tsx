import type { ReactNode } from "react";

/** Above the trust graph and its table: what it comes to, and the buttons. */
export const TrustToolbar = ({ summary, children }: { summary: string; children: ReactNode }): ReactNode => (
  <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
    <p className="text-13 text-muted">{summary}</p>
    <div className="flex gap-1">{children}</div>
  </div>
);
