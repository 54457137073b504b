import type { Share } from "@reef/sdk";
import { Users } from "lucide-react";
import type { ReactNode } from "react";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { Button } from "../../../ui/button.tsx";
import { Fingerprint, Mark } from "../../../ui/mark.tsx";
import { Status } from "../../../ui/status.tsx";
import type { Column } from "../../../ui/table.tsx";
import { Time } from "../../../ui/time.tsx";
import { roleWords, shareWords } from "../words.ts";

/** What became of a share, in a word. */
export const ShareState = ({ status }: Pick<Share, "status">): ReactNode => (
  <span title={shareWords[status].meaning}>
    <Status state={shareWords[status].state}>{shareWords[status].name}</Status>
  </span>
);

/** Who holds a share: an agent by its shell, or a group; on a narrow page also what became of it. */
function Holder({ share: { subject, invitedBy, invitedAt, status } }: { share: Share }): ReactNode {
  return (
    <>
      {subject.fingerprint === null ? (
        <Users aria-hidden className="size-5 shrink-0 text-muted" />
      ) : (
        <Mark fingerprint={subject.fingerprint} />
      )}
      <span className="flex min-w-0 flex-col">
        <span className="flex min-w-0 items-center gap-2">
          {subject.fingerprint === null ? (
            <span className="truncate font-medium">{subject.name}</span>
          ) : (
            <>
              <PanelLink as="row" kind="agent" id={subject.fingerprint} className="truncate">
                {subject.name}
              </PanelLink>
              <Fingerprint value={subject.fingerprint} />
            </>
          )}
        </span>
        <span className="truncate text-13 text-muted max-sm:hidden">
          {subject.type === "group" && "Group · "}
          invited by {invitedBy.name} <Time value={invitedAt} />
        </span>
        <span className="text-13 sm:hidden">
          <ShareState status={status} />
        </span>
      </span>
    </>
  );
}

/** The columns of a list of shares, but for what can be done with one. */
export const shareColumns: readonly Column<Share>[] = [
  { name: "With", width: "minmax(0, 3fr)", cell: (share) => <Holder share={share} /> },
  {
    name: "May",
    width: "minmax(0, 1fr)",
    hideBelow: "sm",
    cell: ({ role }) => <span className="truncate">{roleWords[role]}</span>,
  },
  {
    name: "State",
    width: "6.5rem",
    hideBelow: "sm",
    cell: ({ status }) => <ShareState status={status} />,
  },
  {
    name: "Answered",
    width: "7rem",
    hideBelow: "md",
    align: "end",
    cell: ({ respondedAt }) =>
      respondedAt === null ? <span className="text-muted">not yet</span> : <Time value={respondedAt} />,
  },
];

interface ShareActionsProps {
  share: Share;
  onRevoke: () => void;
}

/** What can be done with a share: it ends while it is in force or waits. */
export const ShareActions = ({ share: { status, subject }, onRevoke }: ShareActionsProps): ReactNode =>
  (status === "pending" || status === "accepted") && (
    <span className="relative z-10">
      <Button size="small" kind="quiet" onClick={onRevoke}>
        {status === "pending" ? "Take back" : "Revoke"}
        <span className="sr-only"> the share of {subject.name}</span>
      </Button>
    </span>
  );
