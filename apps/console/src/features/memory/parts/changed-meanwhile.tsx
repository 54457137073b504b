import type { Diary } from "@reef/sdk";
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../../ui/button.tsx";
import { Fact, Facts } from "../../../ui/page.tsx";
import { Time } from "../../../ui/time.tsx";
import { visibilityWords } from "../words.ts";

type Wanted = Pick<Diary, "name" | "visibility">;

interface ChangedMeanwhileProps {
  /** The diary as somebody else left it. */
  theirs: Diary;
  /** What the form says. */
  mine: Wanted;
  isBusy: boolean;
  onTheirs: () => void;
  onMine: () => void;
}

/** Somebody else was faster (412): shows both, and asks which it is to be. */
export const ChangedMeanwhile = ({ theirs, mine, isBusy, onTheirs, onMine }: ChangedMeanwhileProps): ReactNode => (
  <div role="alert" className="flex gap-3 rounded-lg border bg-warn-soft p-3">
    <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
    <div className="flex min-w-0 grow flex-col gap-2">
      <p className="font-medium">Somebody changed this diary while you wrote</p>
      <p className="text-muted">
        Nothing of yours was saved. It was changed <Time value={theirs.updatedAt} />.
      </p>
      <Facts>
        <Fact name="As it is now">{inWords(theirs)}</Fact>
        <Fact name="As you want it">{inWords(mine)}</Fact>
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

const inWords = ({ name, visibility }: Wanted): string => `${name}, ${visibilityWords[visibility].name.toLowerCase()}`;
