import type { CaptureSettings } from "@reef/sdk";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { reef } from "../../../session/reef.ts";
import { counted, formatCount } from "../../../ui/amounts.ts";
import { Button } from "../../../ui/button.tsx";
import { ChangedMeanwhile } from "../../../ui/changed-meanwhile.tsx";
import { Actions, ConfirmDialog } from "../../../ui/dialog.tsx";
import { Checkbox, Field, Input, TextArea } from "../../../ui/field.tsx";
import { Card, Section } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useGuardedSave } from "../../../ui/use-guarded-save.ts";
import { namesOf } from "../provider-words.ts";
import { answerCacheQuery, captureSettingsQuery } from "../queries.ts";

/** Whether prompts and answers may be kept at all, and what is kept to be given again. For admins. */
export function PrivacyView(): ReactNode {
  const { data: settings, error, refetch } = useQuery(captureSettingsQuery);
  return (
    <div className="flex max-w-2xl flex-col gap-8">
      <Section
        title="Prompts and answers"
        description="Nothing is kept unless this is on and the key of a call says so as well. What is kept is sealed; admins alone read it, and each reading is on record."
      >
        {error !== null && <ProblemView error={error} onRetry={() => void refetch()} isCompact />}
        {settings === undefined && error === null && <RowsSkeleton rows={3} />}
        {settings && <CaptureForm settings={settings} />}
      </Section>
      <AnswerCache />
    </div>
  );
}

/** Other settings are no other form: what somebody is writing stays. */
function CaptureForm({ settings }: { settings: CaptureSettings }): ReactNode {
  const queryClient = useQueryClient();
  // What the form began with: its version guards the change.
  const [from, setFrom] = useState(settings);
  const [isEnabled, setEnabled] = useState(settings.enabled);
  const [days, setDays] = useState(settings.retentionDays);
  const [text, setText] = useState(settings.words.join("\n"));
  const [isPurging, setPurging] = useState(false);
  const isTurnedOff = from.enabled && !isEnabled && from.storedCalls > 0;
  const wanted = { enabled: isEnabled, retentionDays: days, words: namesOf(text) };
  const guarded = useGuardedSave<CaptureSettings>({
    from,
    async save(version) {
      const purge = isTurnedOff && isPurging ? "true" : "false";
      begin(await reef.gateway.updateCaptureSettings({ ...wanted, purge }, { ifMatch: version }));
      await queryClient.invalidateQueries({ queryKey: ["gateway"] });
      toast("Saved. It holds within seconds.");
    },
    read: () => reef.gateway.getCaptureSettings({}),
    onTheirs: begin,
  });
  // Where nothing was written yet, the newest is what one starts from.
  const isChanged = isEnabled !== from.enabled || days !== from.retentionDays || text !== from.words.join("\n");
  if (!isChanged && settings.version > from.version) begin(settings);

  function begin(next: CaptureSettings): void {
    setFrom(next);
    setEnabled(next.enabled);
    setDays(next.retentionDays);
    setText(next.words.join("\n"));
    setPurging(false);
  }

  return (
    <Card>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void guarded.save();
        }}
      >
        <Checkbox
          label="Keys may keep prompts and answers"
          checked={isEnabled}
          onChange={({ target }) => setEnabled(target.checked)}
        />
        <Field label="Days at most" hint="A shorter time also holds for what is stored already.">
          <Input
            type="number"
            min={1}
            max={365}
            step={1}
            required
            className="max-w-32"
            value={Number.isNaN(days) ? "" : days}
            onChange={({ target }) => setDays(target.valueAsNumber)}
          />
        </Field>
        <Field label="Words that are taken out" hint="One a line, as they are written. For names and code words.">
          <TextArea rows={4} spellCheck={false} value={text} onChange={({ target }) => setText(target.value)} />
        </Field>
        <p className="text-13 text-muted">
          {from.storedCalls === 0
            ? "Nothing is stored at present."
            : `Prompt and answer of ${counted(from.storedCalls, "call", "calls")} are stored.`}
        </p>
        {isTurnedOff && (
          <Checkbox
            label="Delete what is stored as well, at once"
            checked={isPurging}
            onChange={({ target }) => setPurging(target.checked)}
          />
        )}
        {guarded.theirs !== undefined && (
          <ChangedMeanwhile
            what="setting"
            {...(guarded.theirs.updatedAt !== null && { changedAt: guarded.theirs.updatedAt })}
            theirs={inWords(guarded.theirs)}
            mine={inWords(wanted)}
            isBusy={guarded.isBusy}
            onTheirs={guarded.takeTheirs}
            onMine={() => void guarded.saveOverTheirs()}
          />
        )}
        {guarded.problem !== undefined && <ProblemView error={guarded.problem} isCompact />}
        {guarded.theirs === undefined && (
          <Actions>
            <Button kind="primary" type="submit" isBusy={guarded.isBusy}>
              Save
            </Button>
          </Actions>
        )}
      </form>
    </Card>
  );
}

const inWords = ({ enabled, retentionDays, words }: Pick<CaptureSettings, "enabled" | "retentionDays" | "words">) =>
  `${enabled ? "On" : "Off"}, ${counted(retentionDays, "day", "days")} at most, ${counted(words.length, "word", "words")} taken out`;

function AnswerCache(): ReactNode {
  const queryClient = useQueryClient();
  const { data: cache, error, refetch } = useQuery(answerCacheQuery);
  const clear = async () => {
    await reef.gateway.clearCache({});
    await queryClient.invalidateQueries({ queryKey: ["gateway", "cache"] });
    toast("The answers are forgotten.");
  };
  return (
    <Section
      title="Answers that are given again"
      description="Keys that say so answer from memory what was asked before; no provider is called, and no money is spent."
    >
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} isCompact />}
      {cache === undefined && error === null && <RowsSkeleton rows={1} />}
      {cache && (
        <Card className="flex flex-wrap items-center justify-between gap-3 p-4">
          <p>
            {counted(cache.entries, "answer is", "answers are")} kept, {sizeOf(cache.sizeBytes)} of at most{" "}
            {sizeOf(cache.mostBytes)}.
          </p>
          {cache.entries > 0 && (
            <ConfirmDialog
              title="Forget all answers?"
              consequence="Within a second every call is asked anew, until answers are kept again."
              action="Forget answers"
              onConfirm={clear}
              trigger={<Button kind="danger">Forget all</Button>}
            />
          )}
        </Card>
      )}
    </Section>
  );
}

function sizeOf(bytes: number): string {
  const kilobytes = Math.ceil(bytes / 1_024);
  return kilobytes < 1_024 ? `${kilobytes} KB` : `${formatCount(Math.ceil(kilobytes / 1_024))} MB`;
}
