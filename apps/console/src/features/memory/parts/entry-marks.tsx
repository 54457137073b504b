import type { Entry } from "@reef/sdk";
import { Flag, Replace, ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";
import { Badge } from "../../../ui/status.tsx";

/** Says that something carries a signature, which `Verify` checks. */
export const SignedMark = (): ReactNode => (
  <Badge tone="accent" icon={<ShieldCheck aria-hidden />}>
    Signed
  </Badge>
);

/** Says that a text may be meant to instruct the model that reads it. */
export const FlaggedMark = (): ReactNode => (
  <Badge tone="warn" icon={<Flag aria-hidden />}>
    Flagged
  </Badge>
);

/** Says that another entry has taken the place of this one. */
export const SupersededMark = (): ReactNode => <Badge icon={<Replace aria-hidden />}>Superseded</Badge>;

/** What is to be known of an entry before one reads it. */
export const EntryMarks = ({
  entry: { signature, injectionRisk, supersededBy },
}: {
  entry: Pick<Entry, "signature" | "injectionRisk" | "supersededBy">;
}): ReactNode => (
  <>
    {injectionRisk && <FlaggedMark />}
    {signature !== null && <SignedMark />}
    {supersededBy !== null && <SupersededMark />}
  </>
);
