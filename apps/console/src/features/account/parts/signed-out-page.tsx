import type { ReactNode } from "react";
import { useTitle } from "../../../ui/use-title.ts";

interface SignedOutPageProps {
  title: string;
  /** One or two sentences on what this is. */
  lead?: ReactNode;
  children?: ReactNode;
}

/** A page in the narrow column for whoever is not signed in: heading, a sentence, a form. */
export function SignedOutPage({ title, lead, children }: SignedOutPageProps): ReactNode {
  useTitle(title);
  return (
    <div className="flex flex-col gap-5">
      <header className="flex flex-col gap-1">
        <h1 className="text-28 font-semibold">{title}</h1>
        {lead !== undefined && <div className="text-muted">{lead}</div>}
      </header>
      {children}
    </div>
  );
}

/** A line of further ways, under a form. */
export const OtherWays = ({ children }: { children: ReactNode }): ReactNode => (
  <p className="flex flex-wrap gap-x-4 gap-y-2 text-13 text-muted">{children}</p>
);

/** Something to know before one goes on; `warn` where something is not as it should be. */
export const Notice = ({ tone = "plain", children }: { tone?: "plain" | "good" | "warn"; children: ReactNode }) => (
  <div role="status" className={`rounded-md px-3 py-2 text-13 ${noticeTones[tone]}`}>
    {children}
  </div>
);

const noticeTones = {
  plain: "bg-sunken text-ink",
  good: "bg-good-soft text-good",
  warn: "bg-warn-soft text-warn",
};
