import type { Agent } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { ownedDiariesQuery } from "../queries.ts";

/** The diaries that an agent owns. */
export function AgentDiaries({ agentId }: { agentId: Agent["id"] }): ReactNode {
  const { data, error, refetch } = useQuery(ownedDiariesQuery(agentId));
  if (data === undefined) {
    return error === null ? (
      <RowsSkeleton rows={2} />
    ) : (
      <ProblemView error={error} onRetry={() => void refetch()} isCompact />
    );
  }
  const { diaries, isWhole } = data;
  return (
    <>
      {diaries.length === 0 ? (
        <p className="text-muted">It owns no diary{!isWhole && " among the newest 500"}.</p>
      ) : (
        <ul className="flex flex-col divide-y rounded-lg border bg-raised">
          {diaries.map(({ id, name, visibility, entries }) => (
            <li
              key={id}
              className="relative flex min-h-(--row) items-center justify-between gap-3 px-3 transition-colors hover:bg-hover"
            >
              <Link
                to="/memory/diaries/$diaryId"
                params={{ diaryId: id }}
                className="min-w-0 truncate rounded-sm font-medium after:absolute after:inset-0"
              >
                {name}
              </Link>
              <span className="text-13 whitespace-nowrap text-muted">
                {entries === 1 ? "1 entry" : `${entries} entries`} · {visibility}
              </span>
            </li>
          ))}
        </ul>
      )}
      {!isWhole && diaries.length > 0 && (
        <p className="text-13 text-muted">Of the newest 500 diaries of the organization.</p>
      )}
    </>
  );
}
