import type { Diary } from "@reef/sdk";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { reef } from "../../../session/reef.ts";
import { Button } from "../../../ui/button.tsx";
import { CopyButton } from "../../../ui/code.tsx";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { Card, Fact, Facts, Section } from "../../../ui/page.tsx";
import { ExactTime } from "../../../ui/time.tsx";
import { toast } from "../../../ui/toast.tsx";
import { acceptedSharesQuery } from "../queries.ts";
import { DiaryForm } from "./diary-form.tsx";

/** How a diary is kept: its name, who reads it, and its end. For admins and owners. */
export const SettingsTab = ({ diary }: { diary: Diary }): ReactNode => (
  <div className="flex max-w-3xl flex-col gap-8">
    <Section title="Name and readers">
      {/* Another version of the diary is no other form: what somebody is writing stays. */}
      <DiaryForm diary={diary} />
    </Section>
    <Section title="What it is">
      <Facts>
        <Fact name="Id">
          <Copied text={diary.id} label="Copy the id" />
        </Fact>
        <Fact name="Created">
          <ExactTime value={diary.createdAt} />
        </Fact>
        <Fact name="Signed">
          {diary.signed
            ? "Every entry is signed and names the one before it, since the diary was made. This cannot be changed."
            : "Entries may be signed one by one. Only a new diary can be made so that all of them are."}
        </Fact>
        {diary.chain !== null && (
          <Fact name="End of the chain">
            {diary.chain.head === null ? (
              "No entry yet"
            ) : (
              <Copied text={diary.chain.head} label="Copy the identifier" />
            )}
          </Fact>
        )}
      </Facts>
    </Section>
    <DeleteDiary diary={diary} />
  </div>
);

const Copied = ({ text, label }: { text: string; label: string }): ReactNode => (
  <span className="inline-flex max-w-full items-center gap-1">
    <code className="min-w-0 font-mono text-13 break-all">{text}</code>
    <CopyButton text={text} label={label} />
  </span>
);

function DeleteDiary({ diary }: { diary: Diary }): ReactNode {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const { data: holders } = useQuery(acceptedSharesQuery(diary.id));
  const remove = async () => {
    await reef.memory.deleteDiary({ diaryId: diary.id });
    await navigate({ to: "/memory" });
    queryClient.removeQueries({ queryKey: ["memory", "diaries", diary.id] });
    await queryClient.invalidateQueries({ queryKey: ["memory"] });
    toast(`${diary.name} was deleted.`);
  };
  return (
    <Section title="Delete the diary">
      <Card className="flex flex-wrap items-center justify-between gap-3 p-4">
        <p className="min-w-0 basis-80 text-muted">{consequenceOf(diary, holders)}</p>
        <ConfirmDialog
          title={`Delete ${diary.name}?`}
          consequence={`${consequenceOf(diary, holders)} An agent that wants to keep them exports them first.`}
          action="Delete diary"
          onConfirm={remove}
          trigger={<Button kind="danger">Delete diary</Button>}
        />
      </Card>
    </Section>
  );
}

/** What ends with a diary. */
function consequenceOf({ entries }: Diary, holders = 0): string {
  const what = entries === 1 ? "Its 1 entry is" : `Its ${entries.toLocaleString("en")} entries are`;
  const shares = holders === 0 ? "" : holders === 1 ? ", and its 1 share ends" : `, and its ${holders} shares end`;
  return `${what} gone at once, for everybody${shares}. Nobody can bring them back.`;
}
