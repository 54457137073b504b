import type { Program } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { Blocks } from "lucide-react";
import type { ReactNode } from "react";
import { reef } from "../../../session/reef.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Card, Section } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { Time } from "../../../ui/time.tsx";
import { toast } from "../../../ui/toast.tsx";
import { publicUrl } from "../../identity/public-url.ts";
import { scopesInWords } from "../key-scopes.ts";
import { programsKey, usePrograms } from "../queries.ts";

/** The programs that the person let act for him or her, each to be ended. */
export function Programs(): ReactNode {
  const { items, isPending, error, hasMore, isLoadingMore, loadMore, refetch } = usePrograms();
  return (
    <Section
      title="Programs that act for you"
      description="You let them in, each in one organization. One ends by itself after 90 days, and when you take another password."
    >
      {error !== null && <ProblemView error={error} onRetry={refetch} isCompact />}
      {(error === null || items.length > 0) && (
        <Card className="p-0">
          {isPending && <RowsSkeleton rows={2} />}
          {!isPending && items.length === 0 && (
            <EmptyState title="No program acts for you" icon={<Blocks />} command={`${publicUrl()}/mcp`}>
              Give this address to a program that speaks MCP. It asks you on a page of the reef before it acts.
            </EmptyState>
          )}
          {items.length > 0 && (
            <ul aria-label="Programs" className="divide-y">
              {items.map((program) => (
                <ProgramRow key={program.id} program={program} />
              ))}
            </ul>
          )}
        </Card>
      )}
      {hasMore && (
        <Button isBusy={isLoadingMore} onClick={loadMore}>
          Show more
        </Button>
      )}
    </Section>
  );
}

function ProgramRow({ program }: { program: Program }): ReactNode {
  const queryClient = useQueryClient();
  const { id, clientHost, clientId, organization, scopes, letInAt, lastUsedAt, expiresAt } = program;
  const end = async () => {
    await reef.identity.endProgram({ programId: id });
    await queryClient.invalidateQueries({ queryKey: programsKey });
    toast("Program ended.");
  };
  return (
    <li className="flex min-h-13 items-center gap-3 px-4 py-2">
      <div className="min-w-0 grow">
        <p className="truncate font-medium" title={clientId}>
          {clientHost}
        </p>
        <p className="text-13 wrap-anywhere text-muted">
          {organization.name} · {scopesInWords(scopes)}
        </p>
        <p className="text-13 text-muted">
          Let in <Time value={letInAt} /> ·{" "}
          {lastUsedAt === null ? (
            "never used"
          ) : (
            <>
              used <Time value={lastUsedAt} />
            </>
          )}{" "}
          · ends <Time value={expiresAt} />
        </p>
      </div>
      <ConfirmDialog
        trigger={
          <Button size="small" aria-label={`End ${clientHost} in ${organization.name}`}>
            End
          </Button>
        }
        title={`End ${clientHost}?`}
        consequence={`It can do nothing for you in ${organization.name} any more, from this moment on. To come back it must ask you again.`}
        action="End program"
        onConfirm={end}
      />
    </li>
  );
}
