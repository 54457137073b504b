import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ProblemView } from "../ui/problem-view.tsx";

/** What stands in the place of a page that failed; the rest of the console stays. */
export function RouteProblem({ error, reset }: ErrorComponentProps): ReactNode {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  // After a new version was put up, the parts of the old one are gone; only a load brings the new ones.
  const isOutdated = /dynamically imported module|Importing a module script failed/.test(String(error));
  return <ProblemView error={error} onRetry={isOutdated ? () => location.reload() : retry} />;
}

/** What stands where no page is. */
export const NotFound = (): ReactNode => (
  <EmptyState
    isPage
    title="There is no such page"
    icon={<Compass />}
    action={
      <Button asChild>
        <a href="/">Go to the start</a>
      </Button>
    }
  >
    The address may be mistyped, or what was here has gone.
  </EmptyState>
);
