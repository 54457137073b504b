import { ReefError } from "@reef/sdk";
import { useLocation } from "@tanstack/react-router";
import { Hourglass, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { TextLink } from "../../../ui/row-link.tsx";
import { accountProblem } from "../account-problems.ts";

interface AccountProblemProps {
  /** What was thrown; nothing is shown for undefined. */
  problem: unknown;
  /** The seconds that are left of a pause that the reef asked for. */
  secondsLeft?: number;
  /** What helps with it, for example a button that sends a mail again. */
  children?: ReactNode;
}

/** What went wrong with an account, in the words of its page: where the reef's own advice is for programs, another one. */
export function AccountProblem({ problem, secondsLeft = 0, children }: AccountProblemProps): ReactNode {
  const { href } = useLocation();
  if (problem === undefined) return null;
  if (problem instanceof ReefError && problem.status === 429) {
    const isOver = secondsLeft === 0;
    return (
      <Words icon={<Hourglass aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />} title="Too many attempts">
        {/* The seconds are not read out one by one. */}
        <span aria-hidden={!isOver}>{isOver ? "You may try again now." : `Try again in ${secondsLeft} s.`}</span>
        {!isOver && <span className="sr-only">Wait a little, then try again.</span>}
      </Words>
    );
  }
  const known = accountProblem(problem);
  if (known === undefined) return <ProblemView error={problem} isCompact />;
  return (
    <Words
      icon={<TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />}
      title={known.title}
      more={
        known.needsSignIn ? (
          <TextLink to="/sign-in" search={{ return_to: href }}>
            Sign in again
          </TextLink>
        ) : (
          children
        )
      }
    >
      {known.detail}
    </Words>
  );
}

const Words = ({
  icon,
  title,
  children,
  more,
}: {
  icon: ReactNode;
  title: string;
  children: ReactNode;
  more?: ReactNode;
}): ReactNode => (
  <div role="alert" className="flex gap-3 rounded-lg border bg-raised p-3">
    {icon}
    <div className="flex min-w-0 flex-col gap-1">
      <p className="font-medium">{title}</p>
      <p className="text-muted">{children}</p>
      {more !== undefined && <div className="mt-1">{more}</div>}
    </div>
  </div>
);
