import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { Fact, Facts } from "./page.tsx";
import { Time } from "./time.tsx";

interface ChangedMeanwhileProps {
  /** What was changed: "diary". */
  what: string;
  /** When somebody else changed it, ISO-8601, where that is known. */
  changedAt?: string;
  /** As somebody else left it, in words. */
  theirs: ReactNode;
  /** As the form says, in words. */
  mine: ReactNode;
  isBusy: boolean;
  onTheirs: () => void;
  onMine: () => void;
}

/** Somebody else was faster (412): shows both, and asks which it is to be. */
export const ChangedMeanwhile = ({
  what,
  changedAt,
  theirs,
  mine,
  isBusy,
  onTheirs,
  onMine,
}: ChangedMeanwhileProps): ReactNode => (
  <div role="alert" className="flex gap-3 rounded-lg border bg-warn-soft p-3">
    <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
    <div className="flex min-w-0 grow flex-col gap-2">
      <p className="font-medium">Somebody changed this {what} while you wrote</p>
      <p className="text-muted">
        Nothing of yours was saved.
        {changedAt !== undefined && (
          <>
            {" "}
            It was changed <Time value={changedAt} />.
          </>
        )}
      </p>
      <Facts>
        <Fact name="As it is now">{theirs}</Fact>
        <Fact name="As you want it">{mine}</Fact>
      </Facts>
      <div className="flex flex-wrap gap-2">
        <Button size="small" onClick={onTheirs} disabled={isBusy}>
          Keep as it is now
        </Button>
        <Button size="small" onClick={onMine} isBusy={isBusy}>
          Save mine over it
        </Button>
      </div>
    </div>
  </div>
);
