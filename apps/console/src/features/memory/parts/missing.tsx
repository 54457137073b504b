import { ReefError } from "@reef/sdk";
import { Link } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";

interface MissingOrProblemProps {
  error: unknown;
  what: "diary" | "entry";
  onRetry: () => void;
  isCompact?: boolean;
}

/** In place of what could not be read: that it is not there, in the words of a page, or what went wrong. */
export function MissingOrProblem({ error, what, onRetry, isCompact = false }: MissingOrProblemProps): ReactNode {
  const isMissing = error instanceof ReefError && error.status === 404;
  if (!isMissing) return <ProblemView error={error} onRetry={onRetry} isCompact={isCompact} />;
  return (
    <EmptyState
      title={what === "diary" ? "There is no such diary" : "There is no such entry"}
      icon={<SearchX />}
      action={
        <Button asChild>
          <Link to="/memory">See all diaries</Link>
        </Button>
      }
    >
      {what === "diary"
        ? "It was deleted, or it is private to another organization."
        : "It was forgotten, its diary was deleted, or it is private to another organization."}
    </EmptyState>
  );
}
