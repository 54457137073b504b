import type { Entry } from "@reef/sdk";
import { Flag, History, ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";
import { Badge } from "../../../ui/status.tsx";

interface MarkProps {
  /** In a line of a list: where there is little room the word is read out only. */
  isShort?: boolean | undefined;
}

const shortIf = (isShort: boolean | undefined): string | undefined => (isShort ? "max-sm:sr-only" : undefined);

/** Says that something carries a signature, which `Verify` checks. */
export const SignedMark = ({ isShort }: MarkProps): ReactNode => (
  <Badge tone="accent" icon={<ShieldCheck aria-hidden />}>
    <span className={shortIf(isShort)}>Signed</span>
  </Badge>
);

/** Says that a text may be meant to instruct the model that reads it. */
export const FlaggedMark = ({ isShort }: MarkProps): ReactNode => (
  <Badge tone="warn" icon={<Flag aria-hidden />}>
    <span className={shortIf(isShort)}>Flagged</span>
  </Badge>
);

/** Says that another entry has taken the place of this one. */
const SupersededMark = ({ isShort }: MarkProps): ReactNode => (
  <Badge icon={<History aria-hidden />}>
    <span className={shortIf(isShort)}>Superseded</span>
  </Badge>
);

interface EntryMarksProps extends MarkProps {
  entry: Pick<Entry, "signature" | "injectionRisk" | "supersededBy">;
}

/** What is to be known of an entry before one reads it. */
export const EntryMarks = ({
  entry: { signature, injectionRisk, supersededBy },
  isShort,
}: EntryMarksProps): ReactNode => (
  <>
    {injectionRisk && <FlaggedMark isShort={isShort} />}
    {signature !== null && <SignedMark isShort={isShort} />}
    {supersededBy !== null && <SupersededMark isShort={isShort} />}
  </>
);
