import { ReefError } from "@reef/sdk";
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { classes } from "./classes.ts";
import { describeProblem } from "./describe-problem.ts";

interface ProblemViewProps {
  /** Whatever was thrown. */
  error: unknown;
  /** Tries again; without it no button is shown. */
  onRetry?: (() => void) | undefined;
  /** Without the frame of a page, for dialogs and rows. */
  isCompact?: boolean;
}

/** What happened, what it means and what to do, with the request's id in small for whoever is asked for help. */
export function ProblemView({ error, onRetry, isCompact = false }: ProblemViewProps): ReactNode {
  const { title, detail, fields } = describeProblem(error);
  const requestId = error instanceof ReefError ? error.requestId : undefined;
  return (
    <div
      role="alert"
      className={classes("flex gap-3 rounded-lg border bg-raised", isCompact ? "p-3" : "mx-auto my-10 max-w-xl p-5")}
    >
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
      <div className="flex min-w-0 flex-col gap-1">
        <p className="font-medium">{title}</p>
        <p className="measure text-muted">{detail}</p>
        {fields.length > 0 && (
          <ul className="list-disc pl-4 text-13 text-muted">
            {fields.map(({ path, message }) => (
              <li key={path}>
                {path}: {message}
              </li>
            ))}
          </ul>
        )}
        {onRetry && (
          <div className="mt-2">
            <Button size="small" onClick={onRetry}>
              Try again
            </Button>
          </div>
        )}
        {requestId !== undefined && <p className="mt-1 font-mono text-12 break-all text-faint">Request {requestId}</p>}
      </div>
    </div>
  );
}
