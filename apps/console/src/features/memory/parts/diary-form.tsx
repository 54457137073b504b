import { type Diary, ReefError } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { reef } from "../../../session/reef.ts";
import { Button } from "../../../ui/button.tsx";
import { ChangedMeanwhile } from "../../../ui/changed-meanwhile.tsx";
import { Actions } from "../../../ui/dialog.tsx";
import { Field, Input } from "../../../ui/field.tsx";
import { Card } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { toast } from "../../../ui/toast.tsx";
import { diaryQuery } from "../queries.ts";
import { visibilities, visibilityWords } from "../words.ts";
import { visibilityIcons } from "./visibility.tsx";

type Wanted = Pick<Diary, "name" | "visibility">;

/** Renames a diary and says who may read it. What one writes is never lost to somebody else's change. */
export function DiaryForm({ diary }: { diary: Diary }): ReactNode {
  const queryClient = useQueryClient();
  // What the form began with: its version guards the change.
  const [base, setBase] = useState(diary);
  const [wanted, setWanted] = useState<Wanted>({ name: diary.name, visibility: diary.visibility });
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const [theirs, setTheirs] = useState<Diary>();
  const isChanged = wanted.name.trim() !== base.name || wanted.visibility !== base.visibility;
  // Where nothing was written yet, the newest is what one starts from.
  if (!isChanged && diary.version !== base.version) start(diary);

  function start(from: Diary): void {
    setBase(from);
    setWanted({ name: from.name, visibility: from.visibility });
    setTheirs(undefined);
    setProblem(undefined);
  }

  async function save(from: Diary): Promise<void> {
    setBusy(true);
    setProblem(undefined);
    const key = diaryQuery(diary.id).queryKey;
    const change = { name: wanted.name.trim(), visibility: wanted.visibility };
    queryClient.setQueryData(key, { ...from, ...change });
    try {
      const saved = await reef.memory.updateDiary({ diaryId: diary.id, ...change }, { ifMatch: from.version });
      queryClient.setQueryData(key, saved);
      start(saved);
      toast("Diary changed.");
    } catch (error) {
      queryClient.setQueryData(key, from);
      if (error instanceof ReefError && error.status === 412) await showTheirs();
      else setProblem(error);
    } finally {
      setBusy(false);
      void queryClient.invalidateQueries({ queryKey: ["memory"] });
    }
  }

  async function showTheirs(): Promise<void> {
    try {
      setTheirs(await reef.memory.getDiary({ diaryId: diary.id }));
    } catch (error) {
      setProblem(error);
    }
  }

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save(base);
  };
  const isWider = visibilities.indexOf(wanted.visibility) > visibilities.indexOf(base.visibility);
  return (
    <Card className="p-4">
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field label="Name" error={nameFault(problem)}>
          <Input
            value={wanted.name}
            maxLength={255}
            required
            onChange={({ target }) => setWanted({ ...wanted, name: target.value })}
          />
        </Field>
        <fieldset className="flex flex-col gap-1">
          <legend className="mb-1 text-13 font-medium">Who may read</legend>
          {visibilities.map((visibility) => (
            <VisibilityChoice
              key={visibility}
              visibility={visibility}
              isChosen={wanted.visibility === visibility}
              onChoose={() => setWanted({ ...wanted, visibility })}
            />
          ))}
        </fieldset>
        {isWider && (
          <p role="status" className="rounded-md bg-warn-soft px-3 py-2 text-13 text-warn">
            {base.entries === 1 ? "Its 1 entry" : `All ${base.entries} entries`} can be read{" "}
            {wanted.visibility === "public" ? "by anybody" : "beyond this organization"} as soon as you save. What was
            read once cannot be made unread.
          </p>
        )}
        {theirs !== undefined && (
          <ChangedMeanwhile
            what="diary"
            changedAt={theirs.updatedAt}
            theirs={inWords(theirs)}
            mine={inWords(wanted)}
            isBusy={isBusy}
            onTheirs={() => start(theirs)}
            onMine={() => {
              setBase(theirs);
              setTheirs(undefined);
              void save(theirs);
            }}
          />
        )}
        {problem !== undefined && nameFault(problem) === undefined && <ProblemView error={problem} isCompact />}
        {theirs === undefined && (
          <Actions>
            {isChanged && <Button onClick={() => start(diary)}>Discard</Button>}
            <Button kind="primary" type="submit" isBusy={isBusy} disabled={!isChanged || wanted.name.trim() === ""}>
              Save changes
            </Button>
          </Actions>
        )}
      </form>
    </Card>
  );
}

const inWords = ({ name, visibility }: Wanted): string => `${name}, ${visibilityWords[visibility].name.toLowerCase()}`;

/** What the reef says of the name, if that is what it refuses. */
const nameFault = (problem: unknown): string | undefined =>
  problem instanceof ReefError ? problem.errors.find(({ path }) => path === "body.name")?.message : undefined;

interface VisibilityChoiceProps {
  visibility: Diary["visibility"];
  isChosen: boolean;
  onChoose: () => void;
}

function VisibilityChoice({ visibility, isChosen, onChoose }: VisibilityChoiceProps): ReactNode {
  const Icon = visibilityIcons[visibility];
  const { name, meaning } = visibilityWords[visibility];
  return (
    <label className="flex items-start gap-3 rounded-md border p-3 transition-colors hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft">
      <input
        type="radio"
        name="visibility"
        checked={isChosen}
        onChange={onChoose}
        className="mt-1 size-4 shrink-0 accent-accent"
      />
      <span className="flex min-w-0 flex-col">
        <span className="flex items-center gap-1.5 font-medium">
          <Icon aria-hidden className="size-4 text-muted" />
          {name}
        </span>
        <span className="text-13 text-muted">{meaning}</span>
      </span>
    </label>
  );
}
