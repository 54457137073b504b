import type { CapturedCall, UsageEvent } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { reef } from "../../../session/reef.ts";
import { counted, formatCount } from "../../../ui/amounts.ts";
import { Button } from "../../../ui/button.tsx";
import { CodeBlock } from "../../../ui/code.tsx";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { Section } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { Time } from "../../../ui/time.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";

/**
 * Prompt and answer of a call, for admins, where they are stored. They are fetched when somebody asks for them, and not
 * before: each reading is on record; and they are kept in no cache of the console.
 */
export function CallCapture({ call: { id: usageEventId, captured } }: { call: UsageEvent }): ReactNode {
  const queryClient = useQueryClient();
  const [capture, setCapture] = useState<CapturedCall>();
  const reading = useSubmit();
  if (!captured) {
    return (
      <Section title="What was said">
        <p className="text-muted">It was not kept. The key says whether it is, and the organization under Privacy.</p>
      </Section>
    );
  }
  const read = async () => setCapture(await reef.gateway.getUsageCapture({ usageEventId }));
  const remove = async () => {
    await reef.gateway.deleteUsageCapture({ usageEventId });
    setCapture(undefined);
    await queryClient.invalidateQueries({ queryKey: ["gateway", "usage"] });
    toast("Prompt and answer are deleted.");
  };
  return (
    <Section title="What was said" description="Reading it is put on record, with your name.">
      {reading.problem !== undefined && <ProblemView error={reading.problem} isCompact />}
      {capture && <Texts capture={capture} />}
      <div className="flex flex-wrap gap-2">
        {capture === undefined && (
          <Button isBusy={reading.isBusy} onClick={() => void reading.run(read)}>
            Read prompt and answer
          </Button>
        )}
        <ConfirmDialog
          title="Delete prompt and answer of this call?"
          consequence="They cannot be brought back. What the call used and cost stays on record."
          action="Delete them"
          onConfirm={remove}
          trigger={<Button kind="danger">Delete</Button>}
        />
      </div>
    </Section>
  );
}

const Texts = ({ capture: { request, answer, redactions, expiresAt } }: { capture: CapturedCall }): ReactNode => (
  <>
    <CodeBlock label={`Request, ${sizeOf(request)}`}>{shown(request)}</CodeBlock>
    <CodeBlock label={`Answer, ${sizeOf(answer)}`}>{shown(answer)}</CodeBlock>
    <p className="text-13 text-muted">
      {redactions.length === 0
        ? "Nothing was taken out."
        : `Taken out: ${redactions.map(({ kind, count }) => `${kind} ${formatCount(count)}×`).join(", ")}.`}{" "}
      Deleted at the latest <Time value={expiresAt} />.
    </p>
  </>
);

type Text = CapturedCall["request"];

const sizeOf = ({ sizeBytes, isCut }: Text): string =>
  `${counted(sizeBytes, "byte", "bytes")}${isCut ? ", cut off" : ""}`;

/** JSON is set out in lines; what is cut off is none any more. */
function shown({ text, form }: Text): string {
  if (form !== "json") return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
