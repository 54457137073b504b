import type { AccountSession } from "@reef/sdk/accounts";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Monitor, TerminalSquare } from "lucide-react";
import type { ReactNode } from "react";
import { dropEverything } from "../../../session/account.ts";
import { accounts } from "../../../session/accounts.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { Card, Section } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { Badge } from "../../../ui/status.tsx";
import { Time } from "../../../ui/time.tsx";
import { toast } from "../../../ui/toast.tsx";
import { accountProblem } from "../account-problems.ts";
import { browserName } from "../browser-name.ts";
import { sessionQuery, sessionsQuery } from "../queries.ts";
import { AccountProblem } from "./account-problem.tsx";

/** Where the person is signed in, each to be ended, and all at once. */
export function Sessions(): ReactNode {
  const { data: sessions, error, refetch } = useQuery(sessionsQuery);
  const { data: current } = useQuery(sessionQuery);
  const others = sessions?.filter(({ id }) => id !== current?.session.id) ?? [];
  const sorted = [...(sessions ?? [])].sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  return (
    <Section
      title="Where you are signed in"
      description="Browsers and commands. What you do not know, end; then change your password."
      actions={<EndAll others={others.length} />}
    >
      {error !== null &&
        (accountProblem(error) === undefined ? (
          <ProblemView error={error} onRetry={() => void refetch()} isCompact />
        ) : (
          <AccountProblem problem={error} />
        ))}
      {sessions === undefined && error === null && <RowsSkeleton rows={3} />}
      {sorted.length > 0 && (
        <Card className="p-0">
          <ul aria-label="Sessions" className="divide-y">
            {sorted.map((session) => (
              <SessionRow key={session.id} session={session} isThis={session.id === current?.session.id} />
            ))}
          </ul>
        </Card>
      )}
    </Section>
  );
}

function SessionRow({ session, isThis }: { session: AccountSession; isThis: boolean }): ReactNode {
  const queryClient = useQueryClient();
  const { token, userAgent, ipAddress, createdAt, updatedAt } = session;
  const name = browserName(userAgent);
  const Icon = /\bon\b/.test(name) && !name.startsWith("A program") ? Monitor : TerminalSquare;
  const end = async () => {
    await accounts.revokeSession(token);
    await queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    toast("Session ended.");
  };
  return (
    <li className="flex min-h-13 items-center gap-3 px-4 py-1.5">
      <Icon aria-hidden className="size-4 shrink-0 text-muted" />
      <div className="min-w-0 grow">
        <p className="flex items-center gap-2">
          <span className="truncate font-medium">{name}</span>
          {isThis && <Badge tone="good">this one</Badge>}
        </p>
        <p className="text-13 text-muted">
          {ipAddress && `${ipAddress} · `}since <Time value={createdAt} />
          {updatedAt !== createdAt && (
            <>
              {" "}
              · seen <Time value={updatedAt} />
            </>
          )}
        </p>
      </div>
      {!isThis && (
        <ConfirmDialog
          trigger={
            <Button size="small" aria-label={`End the session of ${name}`}>
              End
            </Button>
          }
          title={`End the session of ${name}?`}
          consequence="Whoever uses it is signed out at once, and must sign in again."
          action="End session"
          onConfirm={end}
        />
      )}
    </li>
  );
}

function EndAll({ others }: { others: number }): ReactNode {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const endOthers = async () => {
    await accounts.revokeOtherSessions();
    await queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    toast("All other sessions have ended.");
  };
  const endAll = async () => {
    await accounts.revokeAllSessions();
    dropEverything(queryClient);
    // The page goes first, so that no "back" of the browser brings it up again; the load then empties the memory.
    await navigate({ to: "/sign-in", search: { done: "signed-out-everywhere" }, replace: true });
    location.reload();
  };
  return (
    <div className="flex flex-wrap gap-2">
      {others > 0 && (
        <ConfirmDialog
          trigger={<Button size="small">End all others</Button>}
          title={others === 1 ? "End the other session?" : `End the ${others} other sessions?`}
          consequence="They are signed out at once. This one stays."
          action="End all others"
          onConfirm={endOthers}
        />
      )}
      <ConfirmDialog
        trigger={
          <Button size="small" kind="danger">
            Sign out everywhere
          </Button>
        }
        title="Sign out everywhere?"
        consequence="All sessions end at once, this one too, and so do all programs that act for you. API keys go on working; delete those under “API keys”."
        action="Sign out everywhere"
        onConfirm={endAll}
      />
    </div>
  );
}
